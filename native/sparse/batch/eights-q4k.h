/** Q4_K with eight rows interleaved (ggml's block_q4_Kx8). Integer sums are exact and the eight rows' float
 * additions are those of ggml_gemv_q4_K_8x8_q8_K (AVX2). */
#pragma once

#include "batch/column-tiles.h"
#include "batch/eights.h"
#include "batch/superblock.h"

namespace sparse_pilot {
namespace {

struct EightQ4K {
    uint16_t scale[8];
    uint16_t min[8];
    uint8_t factors[96]; ///< for each 32 weights 12 bytes: 8 scales and 8 minima of 6 bits
    uint8_t quants[1024];
};
static_assert(sizeof(EightQ4K) == 1152);

/** The 6-bit scales and minima of a block: for each 32 weights the bytes of the eight rows. */
class FactorsQ4K {
  public:
    explicit FactorsQ4K(const uint8_t * packed) {
        const __m512i first = _mm512_loadu_si512(packed);
        const __m512i second =
            _mm512_castsi256_si512(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(packed + 64)));
        const __m512i places = _mm512_set_epi32(0, 0, 0, 0, 0, 0, 0, 0, 21, 18, 15, 12, 9, 6, 3, 0);
        const auto word = [&](int which) {
            const __m512i at = _mm512_add_epi32(places, _mm512_set1_epi32(which));
            return _mm512_castsi512_si256(_mm512_permutex2var_epi32(first, at, second));
        };
        const __m256i six = _mm256_set1_epi8(0x3f), four = _mm256_set1_epi8(0x0f), two = _mm256_set1_epi8(3);
        const __m256i w0 = word(0), w1 = word(1), w2 = word(2);
        const auto highTwo = [&](__m256i w) {
            return _mm256_slli_epi32(_mm256_and_si256(_mm256_srli_epi32(w, 6), two), 4);
        };
        interleave(_mm256_and_si256(w0, six), _mm256_or_si256(_mm256_and_si256(w2, four), highTwo(w0)),
                   scales_);
        __m256i pair[2];
        pair[0] = _mm256_and_si256(w1, six);
        pair[1] = _mm256_or_si256(_mm256_and_si256(_mm256_srli_epi32(w2, 4), four), highTwo(w1));
        // rows of two neighbouring 32s side by side, as products of pairs want them
        const __m256i mix =
            _mm256_broadcastsi128_si256(_mm_set_epi8(15, 7, 14, 6, 13, 5, 12, 4, 11, 3, 10, 2, 9, 1, 8, 0));
        minsA_ = _mm512_cvtepu8_epi16(_mm256_shuffle_epi8(_mm256_unpacklo_epi32(pair[0], pair[1]), mix));
        minsB_ = _mm512_cvtepu8_epi16(_mm256_shuffle_epi8(_mm256_unpackhi_epi32(pair[0], pair[1]), mix));
    }

    /** The scales of the eight rows for the 32 weights `part`, each in the low halves of two lanes. */
    __m512i scales(int part) const {
        const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i *>(scales_ + place(part)));
        return _mm512_shuffle_epi32(_mm512_cvtepu8_epi64(bytes), _MM_PERM_CCAA);
    }
    /** Sum over the block of minimum times sum of the column, for each row. */
    __m256i mins(const SuperBlock & x) const {
        const __m256i sums16 = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(x.sums));
        const __m128i sums =
            _mm_hadd_epi16(_mm256_castsi256_si128(sums16), _mm256_extracti128_si256(sums16, 1));
        const __m512i all = _mm512_castsi128_si512(sums);
        const __m512i even =
            _mm512_permutexvar_epi32(_mm512_set_epi32(2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0), all);
        const __m512i odd =
            _mm512_permutexvar_epi32(_mm512_set_epi32(3, 3, 3, 3, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1), all);
        const __m512i total =
            _mm512_add_epi32(_mm512_madd_epi16(minsA_, even), _mm512_madd_epi16(minsB_, odd));
        return _mm256_add_epi32(_mm512_castsi512_si256(total), _mm512_extracti64x4_epi64(total, 1));
    }

  private:
    /** Where the unpacking of 32-bit words leaves part 0..7. */
    static int place(int part) { return 16 * (part / 4) + 32 * (part / 2 % 2) + 8 * (part % 2); }
    static void interleave(__m256i low, __m256i high, uint8_t * out) {
        _mm256_store_si256(reinterpret_cast<__m256i *>(out), _mm256_unpacklo_epi32(low, high));
        _mm256_store_si256(reinterpret_cast<__m256i *>(out + 32), _mm256_unpackhi_epi32(low, high));
    }

    alignas(32) uint8_t scales_[64];
    __m512i minsA_;
    __m512i minsB_;
};

template <int width>
void multiplyEightQ4K(const EightQ4K * group, int blocks, const SuperBlock * const * columns, float * out,
                      size_t stride) {
    __m256 sum[width], minSum[width];
    for (int c = 0; c < width; c++) {
        sum[c] = minSum[c] = _mm256_setzero_ps();
    }
    for (int i = 0; i < blocks; i++) {
        const EightQ4K & block = group[i];
        const FactorsQ4K factors(block.factors);
        __m512i total[width];
        for (int c = 0; c < width; c++) {
            total[c] = _mm512_setzero_si512();
        }
        for (int quarter = 0; quarter < 4; quarter++) {
            const uint8_t * quants = block.quants + 256 * quarter;
            __m512i low[width], high[width];
            for (int c = 0; c < width; c++) {
                low[c] = high[c] = _mm512_setzero_si512();
            }
            for (int j = 0; j < 4; j++) {
                _mm_prefetch(reinterpret_cast<const char *>(quants + 64 * j) + 8192, _MM_HINT_T1);
                const __m512i packed = _mm512_loadu_si512(quants + 64 * j);
                const __m512i nibble = _mm512_set1_epi8(15);
                const __m512i lows = _mm512_and_si512(packed, nibble);
                const __m512i highs = _mm512_and_si512(_mm512_srli_epi16(packed, 4), nibble);
                for (int c = 0; c < width; c++) {
                    const int8_t * x = columns[c][i].quants + 64 * quarter + 8 * j;
                    low[c] = _mm512_dpbusd_epi32(low[c], lows, eightBytes(x));
                    high[c] = _mm512_dpbusd_epi32(high[c], highs, eightBytes(x + 32));
                }
            }
            const __m512i lowScales = factors.scales(2 * quarter);
            const __m512i highScales = factors.scales(2 * quarter + 1);
            for (int c = 0; c < width; c++) {
                total[c] =
                    _mm512_add_epi32(total[c], _mm512_add_epi32(_mm512_madd_epi16(low[c], lowScales),
                                                                _mm512_madd_epi16(high[c], highScales)));
            }
        }
        _mm_prefetch(reinterpret_cast<const char *>(&block) + 8192, _MM_HINT_T1);
        _mm_prefetch(reinterpret_cast<const char *>(&block) + 8192 + 64, _MM_HINT_T1);
        const __m256 scales = eightHalves(block.scale), mins = eightHalves(block.min);
        for (int c = 0; c < width; c++) {
            const __m256 column = _mm256_set1_ps(columns[c][i].scale);
            sum[c] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(addLanePairs(total[c])),
                                     _mm256_mul_ps(scales, column), sum[c]);
            minSum[c] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(factors.mins(columns[c][i])),
                                        _mm256_mul_ps(mins, column), minSum[c]);
        }
    }
    for (int c = 0; c < width; c++) {
        _mm256_storeu_ps(out + static_cast<size_t>(c) * stride, _mm256_sub_ps(sum[c], minSum[c]));
    }
}

inline void multiplyEightsQ4K(const uint8_t * rows, int begin, int end, const PanelShape & shape,
                              const uint8_t * panel, float * out, size_t stride) {
    const int blocks = superBlocksOf(shape);
    eachTile<SuperBlock>(shape, superColumns(panel, shape), out, stride,
                         [&]<int width>(const SuperBlock * const * columns, float * to) {
                             for (int row = begin; row < end; row += 8) {
                                 const auto * group = reinterpret_cast<const EightQ4K *>(rows) +
                                                      static_cast<size_t>(row / 8) * blocks;
                                 multiplyEightQ4K<width>(group, blocks, columns, to + row, stride);
                             }
                         });
}

constexpr BatchKernel eightsQ4K = {GGML_TYPE_Q4_K, RowOrder::eights, superBlock,   8,
                                   fewColumns,     superPanelBytes,  arrangeSuper, multiplyEightsQ4K};

} // namespace
} // namespace sparse_pilot
