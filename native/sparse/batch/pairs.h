/** One column: two rows share a register, which halves the instructions a row costs. The additions of a row
 * keep their order (body.h). AVX-512 with VNNI. */
#pragma once

#include "batch/body.h"

namespace sparse_pilot {
namespace {

/** Bytes between what is read and what is fetched; 8 KiB into the second-level cache measured best. */
constexpr size_t pairsAhead = 8192;

/** [low nibbles of a | high nibbles of a | low of b | high of b], 16 bytes each. */
inline __m512i pairNibbles(const uint8_t * a, const uint8_t * b) {
    const __m256i both =
        _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i *>(a))),
                                _mm_loadu_si128(reinterpret_cast<const __m128i *>(b)), 1);
    const __m512i doubled =
        _mm512_permutexvar_epi64(_mm512_set_epi64(3, 2, 3, 2, 1, 0, 1, 0), _mm512_castsi256_si512(both));
    const __m512i shifted = _mm512_srlv_epi64(doubled, _mm512_set_epi64(4, 4, 0, 0, 4, 4, 0, 0));
    return _mm512_and_si512(shifted, _mm512_set1_epi8(15));
}

inline __m512i pairFifthBits(const uint8_t * a, const uint8_t * b) {
    uint32_t low, high;
    std::memcpy(&low, a, sizeof(low));
    std::memcpy(&high, b, sizeof(high));
    return _mm512_maskz_set1_epi8(static_cast<uint64_t>(high) << 32 | low, 16);
}

/** Blocks of two rows, unsigned: what `load` of W gives, with the sign bit turned where W is signed. */
template <class W> inline __m512i loadPair(const uint8_t * a, const uint8_t * b) {
    if constexpr (W::isSigned) {
        const __m512i both = _mm512_inserti64x4(_mm512_castsi256_si512(W::load(a)), W::load(b), 1);
        return _mm512_xor_si512(both, _mm512_set1_epi8(-128));
    } else {
        constexpr size_t quants = W::bytes - 16;
        const __m512i nibbles = pairNibbles(a + quants, b + quants);
        if constexpr (quants < 2 + sizeof(uint32_t)) {
            return nibbles;
        } else {
            constexpr size_t bits = quants - sizeof(uint32_t);
            return _mm512_or_si512(nibbles, pairFifthBits(a + bits, b + bits));
        }
    }
}

/** Four rows of a matrix; the last ones of an uneven rest stand for one another. */
struct FourRows {
    const uint8_t * at[4];
    int count;

    FourRows(const uint8_t * first, size_t rowBytes, int count_) : count(std::min(count_, 4)) {
        for (int r = 0; r < 4; r++) {
            at[r] = first + static_cast<size_t>(std::min(r, count - 1)) * rowBytes;
        }
    }
};

template <class W>
void multiplyFour(const FourRows & rows, int blocks, const uint8_t * panel, const char * ahead, float * out) {
    __m512 sum[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
    __m256 mins = _mm256_setzero_ps(); // the odd lanes
    const __m512i lanes[2] = {_mm512_set_epi32(2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0),
                              _mm512_set_epi32(6, 6, 6, 6, 6, 6, 6, 6, 4, 4, 4, 4, 4, 4, 4, 4)};
    for (int b = 0; b < blocks; b++) {
        const PanelBlock x(panel + static_cast<size_t>(b) * PanelShape::blockBytes(1), 1);
        const size_t offset = static_cast<size_t>(b) * W::bytes;
        for (size_t line = 0; line < 4 * W::bytes; line += 64) {
            _mm_prefetch(ahead + 4 * offset + line, _MM_HINT_T1);
        }
        // a block begins with its scale; where it has no minimum the upper half is not used
        int32_t head[4];
        for (int r = 0; r < 4; r++) {
            std::memcpy(&head[r], rows.at[r] + offset, sizeof(head[r]));
        }
        const __m256 factors = _mm256_cvtph_ps(_mm_set_epi32(head[3], head[2], head[1], head[0]));
        const __m512 scales = _mm512_castps256_ps512(_mm256_mul_ps(factors, _mm256_broadcast_ss(x.scales)));
        const __m512i quants =
            _mm512_broadcast_i64x4(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(x.quants)));
        const __m512i start =
            W::offset == 0
                ? _mm512_setzero_si512()
                : _mm512_broadcast_i64x4(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(x.sums)));
        for (int p = 0; p < 2; p++) {
            const __m512i weights = loadPair<W>(rows.at[2 * p] + offset, rows.at[2 * p + 1] + offset);
            const __m512i dot = _mm512_dpbusd_epi32(start, weights, quants);
            sum[p] =
                _mm512_fmadd_ps(_mm512_permutexvar_ps(lanes[p], scales), _mm512_cvtepi32_ps(dot), sum[p]);
        }
        if constexpr (W::hasMin) {
            mins = _mm256_fmadd_ps(factors, _mm256_broadcast_ss(x.scaledSums), mins);
        }
    }
    alignas(32) float min[8];
    _mm256_store_ps(min, mins);
    for (int r = 0; r < rows.count; r++) {
        const __m512 pair = sum[r / 2];
        const float total =
            sumOf(r % 2 == 0 ? _mm512_castps512_ps256(pair) : _mm512_extractf32x8_ps(pair, 1));
        out[r] = W::hasMin ? total + min[2 * r + 1] : total;
    }
}

template <class W>
void multiplyPairs(const uint8_t * rows, int begin, int end, int blocks, const uint8_t * panel, float * out) {
    const size_t rowBytes = static_cast<size_t>(blocks) * W::bytes;
    for (int row = begin; row < end; row += 4) {
        const uint8_t * first = rows + static_cast<size_t>(row) * rowBytes;
        multiplyFour<W>(FourRows(first, rowBytes, end - row), blocks, panel,
                        reinterpret_cast<const char *>(first) + pairsAhead, out + row);
    }
}

} // namespace
} // namespace sparse_pilot
