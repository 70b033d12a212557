/** Q6_K rows: two share a register. Lanes and additions are those of ggml's ggml_vec_dot_q6_K_q8_K (AVX2). */
#pragma once

#include "batch/body.h"
#include "batch/column-tiles.h"
#include "batch/superblock.h"

namespace sparse_pilot {
namespace {

struct RowQ6K {
    static constexpr size_t bytes = 210;
    static constexpr size_t high = 128;
    static constexpr size_t scales = 192;
    static constexpr size_t scale = 208;
};

inline __m512i pairOf(const uint8_t * a, const uint8_t * b, size_t offset) {
    return _mm512_inserti64x4(
        _mm512_castsi256_si512(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(a + offset))),
        _mm256_loadu_si256(reinterpret_cast<const __m256i *>(b + offset)), 1);
}

/** 64 weights of two rows each from 4 low bits and 2 high ones that `shift` brings to bits 4 and 5. */
inline __m512i sixBits(__m512i low, __m512i high) {
    const __m512i four = _mm512_set1_epi8(15);
    return _mm512_or_si512(_mm512_and_si512(low, four), _mm512_and_si512(high, _mm512_set1_epi8(48)));
}

/** Positions, in the scales of two rows (16 of 16 bits each), of those of the 32 weights `chunk`. */
inline __m512i scalePlaces(int chunk) {
    const auto first = static_cast<int16_t>(2 * chunk);
    const __m512i base = _mm512_set1_epi16(first);
    const __m512i half = _mm512_set_epi64(0x0011001100110011, 0x0011001100110011, 0x0010001000100010,
                                          0x0010001000100010, 0x0001000100010001, 0x0001000100010001, 0, 0);
    return _mm512_add_epi16(base, half);
}

inline float halfAt(const uint8_t * at) {
    uint16_t bits;
    std::memcpy(&bits, at, sizeof(bits));
    return _cvtsh_ss(bits);
}

template <int width>
void multiplyTwoQ6K(const uint8_t * a, const uint8_t * b, int blocks, const SuperBlock * const * columns,
                    const char * ahead, float * outA, float * outB, size_t stride) {
    __m512 sum[width];
    for (int c = 0; c < width; c++) {
        sum[c] = _mm512_setzero_ps();
    }
    for (int i = 0; i < blocks; i++, a += RowQ6K::bytes, b += RowQ6K::bytes) {
        for (size_t line = 0; line < 2 * RowQ6K::bytes; line += 64) {
            _mm_prefetch(ahead + 2 * RowQ6K::bytes * static_cast<size_t>(i) + line, _MM_HINT_T1);
        }
        const __m512i scales = _mm512_cvtepi8_epi16(_mm256_inserti128_si256(
            _mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i *>(a + RowQ6K::scales))),
            _mm_loadu_si128(reinterpret_cast<const __m128i *>(b + RowQ6K::scales)), 1));
        __m512i total[width];
        for (int c = 0; c < width; c++) {
            total[c] = _mm512_setzero_si512();
        }
        for (int half = 0; half < 2; half++) {
            const auto at = static_cast<size_t>(half);
            const __m512i low = pairOf(a, b, 64 * at);
            const __m512i next = pairOf(a, b, 64 * at + 32);
            const __m512i high = pairOf(a, b, RowQ6K::high + 32 * at);
            const __m512i weights[4] = {sixBits(low, _mm512_slli_epi16(high, 4)),
                                        sixBits(next, _mm512_slli_epi16(high, 2)),
                                        sixBits(_mm512_srli_epi16(low, 4), high),
                                        sixBits(_mm512_srli_epi16(next, 4), _mm512_srli_epi16(high, 2))};
            for (int k = 0; k < 4; k++) {
                const int chunk = 4 * half + k;
                const __m512i scale = _mm512_maskz_permutexvar_epi16(lowHalves, scalePlaces(chunk), scales);
                for (int c = 0; c < width; c++) {
                    const __m512i x = _mm512_broadcast_i64x4(_mm256_loadu_si256(
                        reinterpret_cast<const __m256i *>(columns[c][i].quants + 32 * chunk)));
                    const __m512i dot = _mm512_dpbusd_epi32(_mm512_setzero_si512(), weights[k], x);
                    total[c] = _mm512_add_epi32(total[c], _mm512_madd_epi16(dot, scale));
                }
            }
        }
        const __m256 scaleA = _mm256_set1_ps(halfAt(a + RowQ6K::scale));
        const __m256 scaleB = _mm256_set1_ps(halfAt(b + RowQ6K::scale));
        const __m512 rowScales = _mm512_insertf32x8(_mm512_castps256_ps512(scaleA), scaleB, 1);
        for (int c = 0; c < width; c++) {
            const __m512i sums = _mm512_broadcast_i64x4(
                _mm256_loadu_si256(reinterpret_cast<const __m256i *>(columns[c][i].sums)));
            const __m512i offset = _mm512_slli_epi32(_mm512_madd_epi16(sums, scales), 5);
            const __m512 factor = _mm512_mul_ps(_mm512_set1_ps(columns[c][i].scale), rowScales);
            sum[c] = _mm512_fmadd_ps(factor, _mm512_cvtepi32_ps(_mm512_sub_epi32(total[c], offset)), sum[c]);
        }
    }
    for (int c = 0; c < width; c++) {
        outA[static_cast<size_t>(c) * stride] = sumOf(_mm512_castps512_ps256(sum[c]));
        outB[static_cast<size_t>(c) * stride] = sumOf(_mm512_extractf32x8_ps(sum[c], 1));
    }
}

template <int width>
void multiplyColumnsQ6K(const uint8_t * rows, int begin, int end, const PanelShape & shape,
                        const SuperBlock * const * columns, float * out, size_t stride) {
    const int blocks = superBlocksOf(shape);
    const size_t rowBytes = static_cast<size_t>(blocks) * RowQ6K::bytes;
    for (int row = begin; row < end; row += 2) {
        const uint8_t * a = rows + static_cast<size_t>(row) * rowBytes;
        const int second = row + 1 < end ? 1 : 0; // the last of an odd number is its own second
        multiplyTwoQ6K<width>(a, a + static_cast<size_t>(second) * rowBytes, blocks, columns,
                              reinterpret_cast<const char *>(a) + 8192, out + row, out + row + second,
                              stride);
    }
}

inline void multiplyQ6K(const uint8_t * rows, int begin, int end, const PanelShape & shape,
                        const uint8_t * panel, float * out, size_t stride) {
    eachTile<SuperBlock>(shape, superColumns(panel, shape), out, stride,
                         [&]<int width>(const SuperBlock * const * columns, float * to) {
                             multiplyColumnsQ6K<width>(rows, begin, end, shape, columns, to, stride);
                         });
}

constexpr BatchKernel pairsQ6K = {GGML_TYPE_Q6_K, RowOrder::file,  superBlock,   2,
                                  anyNumber,      superPanelBytes, arrangeSuper, multiplyQ6K};

} // namespace
} // namespace sparse_pilot
