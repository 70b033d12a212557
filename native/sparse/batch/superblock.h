/** Columns for weights in blocks of 256: quantised as ggml quantises them for its K types (block_q8_K). */
#pragma once

#include "batch/product.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <immintrin.h>

namespace sparse_pilot {
namespace {

constexpr int superBlock = 256;

/** ggml's block_q8_K: the scale, the quants, the sum of each 16. */
struct SuperBlock {
    float scale;
    int8_t quants[superBlock];
    int16_t sums[superBlock / 16];
};
static_assert(sizeof(SuperBlock) == 292);

inline int superBlocksOf(const PanelShape & shape) { return shape.blocks / (superBlock / panelBlock); }

inline size_t superPanelBytes(const PanelShape & shape) {
    return static_cast<size_t>(shape.columns) * static_cast<size_t>(superBlocksOf(shape)) *
           sizeof(SuperBlock);
}

/** Tells where the blocks of a column begin. */
inline auto superColumns(const uint8_t * panel, const PanelShape & shape) {
    return [panel, blocks = static_cast<size_t>(superBlocksOf(shape))](int column) {
        return reinterpret_cast<const SuperBlock *>(panel) + static_cast<size_t>(column) * blocks;
    };
}

/** As ggml's quantize_row_q8_K_ref: the value of largest size decides the sign of the scale, the first of
 * equals. */
inline void quantizeSuperBlock(const float * x, SuperBlock & out) {
    float largest = 0;
    float size = 0;
    for (int i = 0; i < superBlock; i++) {
        const float own = std::fabs(x[i]);
        if (own > size) {
            size = own;
            largest = x[i];
        }
    }
    if (size == 0) {
        out = {};
        return;
    }
    const float inverse = -127.0f / largest;
    for (int i = 0; i < superBlock; i += 16) {
        const __m512i q = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_set1_ps(inverse), _mm512_loadu_ps(x + i)));
        const __m512i limited = _mm512_min_epi32(q, _mm512_set1_epi32(127));
        _mm_storeu_si128(reinterpret_cast<__m128i *>(out.quants + i), _mm512_cvtepi32_epi8(limited));
        out.sums[i / 16] = static_cast<int16_t>(_mm512_reduce_add_epi32(limited));
    }
    out.scale = 1 / inverse;
}

inline void arrangeSuper(const float * x, const PanelShape & shape, int begin, int end, uint8_t * panel) {
    const int blocks = superBlocksOf(shape);
    auto * out = reinterpret_cast<SuperBlock *>(panel) + static_cast<size_t>(begin) * blocks;
    const float * in = x + static_cast<size_t>(begin) * blocks * superBlock;
    for (int i = 0; i < (end - begin) * blocks; i++) {
        quantizeSuperBlock(in + static_cast<size_t>(i) * superBlock, out[i]);
    }
}

/** [v | 0] in every 16-bit pair: a product of pairs with it scales a sum that fits 16 bits. */
constexpr __mmask32 lowHalves = 0x55555555;

} // namespace
} // namespace sparse_pilot
