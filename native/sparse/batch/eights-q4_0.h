/** Q4_0 with eight rows interleaved (ggml's block<4, 8>), nibbles signed. The float additions are those of
 * ggml_gemv_q4_0_8x8_q8_0 (AVX2). */
#pragma once

#include "batch/body.h"
#include "batch/column-tiles.h"
#include "batch/eights.h"

namespace sparse_pilot {
namespace {

struct EightQ4_0 {
    uint16_t scale[8];
    uint8_t quants[128];
};
static_assert(sizeof(EightQ4_0) == 144);

/** 32 values of a column; `offset` is -8 times their sum, for nibbles that are read as 0..15. */
struct ColumnBlock {
    int8_t quants[panelBlock];
    int32_t offset;
    float scale;
};

inline size_t columnPanelBytes(const PanelShape & shape) {
    return static_cast<size_t>(shape.columns) * static_cast<size_t>(shape.blocks) * sizeof(ColumnBlock);
}

/** Quantises as arrangeColumn does, a column after the other. */
inline void arrangeColumns(const float * x, const PanelShape & shape, int begin, int end, uint8_t * panel) {
    const size_t n = static_cast<size_t>(shape.blocks) * panelBlock;
    for (int column = begin; column < end; column++) {
        auto * out = reinterpret_cast<ColumnBlock *>(panel) + static_cast<size_t>(column) * shape.blocks;
        for (int b = 0; b < shape.blocks; b++) {
            alignas(16) uint8_t tile[PanelShape::blockBytes(1) + 16];
            arrangeColumn<WeightsQ4_0>(
                x + static_cast<size_t>(column) * n + static_cast<size_t>(b) * panelBlock, 1, tile, 1, 0);
            const PanelBlock block(tile, 1);
            std::memcpy(out[b].quants, block.quants, panelBlock);
            out[b].offset = 0;
            for (int i = 0; i < 8; i++) {
                out[b].offset += block.sums[i];
            }
            out[b].scale = block.scales[0];
        }
    }
}

template <int width>
void multiplyEightQ4_0(const EightQ4_0 * group, int blocks, const ColumnBlock * const * columns, float * out,
                       size_t stride) {
    __m256 sum[width];
    for (int c = 0; c < width; c++) {
        sum[c] = _mm256_setzero_ps();
    }
    const __m512i nibble = _mm512_set1_epi8(15), flip = _mm512_set1_epi8(8);
    for (int i = 0; i < blocks; i++) {
        const EightQ4_0 & block = group[i];
        _mm_prefetch(reinterpret_cast<const char *>(&block) + 8192, _MM_HINT_T1);
        _mm_prefetch(reinterpret_cast<const char *>(&block) + 8192 + 64, _MM_HINT_T1);
        __m512i weights[4]; // of the values 0-7, 8-15, 16-23, 24-31
        for (int j = 0; j < 2; j++) {
            const __m512i packed = _mm512_loadu_si512(block.quants + 64 * j);
            weights[j] = _mm512_xor_si512(_mm512_and_si512(packed, nibble), flip);
            weights[j + 2] = _mm512_xor_si512(_mm512_and_si512(_mm512_srli_epi16(packed, 4), nibble), flip);
        }
        const __m256 scales = eightHalves(block.scale);
        for (int c = 0; c < width; c++) {
            const ColumnBlock & x = columns[c][i];
            __m512i dot = _mm512_setzero_si512();
            for (int j = 0; j < 4; j++) {
                dot = _mm512_dpbusd_epi32(dot, weights[j], eightBytes(x.quants + 8 * j));
            }
            const __m256i total = _mm256_add_epi32(addLanePairs(dot), _mm256_set1_epi32(x.offset));
            sum[c] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(total),
                                     _mm256_mul_ps(scales, _mm256_set1_ps(x.scale)), sum[c]);
        }
    }
    for (int c = 0; c < width; c++) {
        _mm256_storeu_ps(out + static_cast<size_t>(c) * stride, sum[c]);
    }
}

inline void multiplyEightsQ4_0(const uint8_t * rows, int begin, int end, const PanelShape & shape,
                               const uint8_t * panel, float * out, size_t stride) {
    const auto column = [&](int c) {
        return reinterpret_cast<const ColumnBlock *>(panel) + static_cast<size_t>(c) * shape.blocks;
    };
    eachTile<ColumnBlock>(shape, column, out, stride,
                          [&]<int width>(const ColumnBlock * const * columns, float * to) {
                              for (int row = begin; row < end; row += 8) {
                                  const auto * group = reinterpret_cast<const EightQ4_0 *>(rows) +
                                                       static_cast<size_t>(row / 8) * shape.blocks;
                                  multiplyEightQ4_0<width>(group, shape.blocks, columns, to + row, stride);
                              }
                          });
}

constexpr BatchKernel eightsQ4_0 = {GGML_TYPE_Q4_0, RowOrder::eights, panelBlock,     8,
                                    fewColumns,     columnPanelBytes, arrangeColumns, multiplyEightsQ4_0};

} // namespace
} // namespace sparse_pilot
