/** The one source of the short-batch kernels; compiled once for each instruction set (kernels.*.cpp), which
 * names its integer product as `Isa`. */
#pragma once

#include "batch/product.h"

#include <algorithm>
#include <cstring>
#include <immintrin.h>

namespace sparse_pilot {
namespace {

/** A block's scale and, in the second lane, its minimum where the type has one. */
template <class W> inline __m128 scaleAndMin(const uint8_t * at) {
    int32_t halves = 0;
    std::memcpy(&halves, at, W::hasMin ? 4 : 2);
    return _mm_cvtph_ps(_mm_cvtsi32_si128(halves));
}

/** As ggml's quantizers for x86 round a scale. */
inline float throughHalf(float value) { return _cvtsh_ss(_cvtss_sh(value, _MM_FROUND_TO_NEAREST_INT)); }

inline __m256i nibbles(const uint8_t * at) {
    const __m128i packed = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
    const __m256i both = _mm256_set_m128i(_mm_srli_epi16(packed, 4), packed);
    return _mm256_and_si256(both, _mm256_set1_epi8(15));
}

/** 16 in every byte whose bit is set. */
inline __m256i fifthBits(const uint8_t * at) {
    int32_t bits;
    std::memcpy(&bits, at, sizeof(bits));
    const __m256i source = _mm256_set_epi64x(0x0303030303030303, 0x0202020202020202, 0x0101010101010101, 0);
    const __m256i bytes = _mm256_shuffle_epi8(_mm256_set1_epi32(bits), source);
    const __m256i bit = _mm256_set1_epi64x(static_cast<int64_t>(0x8040201008040201ull));
    const __m256i set = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, bit), bit);
    return _mm256_and_si256(set, _mm256_set1_epi8(16));
}

// A type's block of 32 weights: `offset` is subtracted from what `load` gives, `hasMin` adds a constant.

struct WeightsQ8_0 {
    static constexpr ggml_type type = GGML_TYPE_Q8_0;
    static constexpr size_t bytes = 34;
    static constexpr int offset = 128;
    static constexpr bool hasMin = false;
    static constexpr bool isSigned = true;
    static __m256i load(const uint8_t * at) {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(at + 2));
    }
};

struct WeightsQ4_0 {
    static constexpr ggml_type type = GGML_TYPE_Q4_0;
    static constexpr size_t bytes = 18;
    static constexpr int offset = 8;
    static constexpr bool hasMin = false;
    static constexpr bool isSigned = false;
    static __m256i load(const uint8_t * at) { return nibbles(at + 2); }
};

struct WeightsQ4_1 {
    static constexpr ggml_type type = GGML_TYPE_Q4_1;
    static constexpr size_t bytes = 20;
    static constexpr int offset = 0;
    static constexpr bool hasMin = true;
    static constexpr bool isSigned = false;
    static __m256i load(const uint8_t * at) { return nibbles(at + 4); }
};

struct WeightsQ5_0 {
    static constexpr ggml_type type = GGML_TYPE_Q5_0;
    static constexpr size_t bytes = 22;
    static constexpr int offset = 16;
    static constexpr bool hasMin = false;
    static constexpr bool isSigned = false;
    static __m256i load(const uint8_t * at) { return _mm256_or_si256(nibbles(at + 6), fifthBits(at + 2)); }
};

struct WeightsQ5_1 {
    static constexpr ggml_type type = GGML_TYPE_Q5_1;
    static constexpr size_t bytes = 24;
    static constexpr int offset = 0;
    static constexpr bool hasMin = true;
    static constexpr bool isSigned = false;
    static __m256i load(const uint8_t * at) { return _mm256_or_si256(nibbles(at + 8), fifthBits(at + 4)); }
};

inline int sumOf(__m256i v) {
    __m128i half = _mm_add_epi32(_mm256_extracti128_si256(v, 1), _mm256_castsi256_si128(v));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0b01'00'11'10));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0b10'11'00'01));
    return _mm_cvtsi128_si32(half);
}

template <class W> void arrangeColumn(const float * x, int blocks, uint8_t * tile, int width, int column) {
    for (int b = 0; b < blocks; b++, x += panelBlock) {
        __m256 v[4];
        __m256 largest = _mm256_setzero_ps();
        for (int i = 0; i < 4; i++) {
            v[i] = _mm256_loadu_ps(x + 8 * i);
            largest = _mm256_max_ps(largest, _mm256_andnot_ps(_mm256_set1_ps(-0.0f), v[i]));
        }
        __m128 top = _mm_max_ps(_mm256_castps256_ps128(largest), _mm256_extractf128_ps(largest, 1));
        top = _mm_max_ps(top, _mm_movehl_ps(top, top));
        top = _mm_max_ss(top, _mm_movehdup_ps(top));
        const float amax = _mm_cvtss_f32(top);
        const float scale = amax / 127.0f;
        const __m256 inverse = _mm256_set1_ps(amax != 0.0f ? 127.0f / amax : 0.0f);
        uint8_t * at = tile + static_cast<size_t>(b) * PanelShape::blockBytes(width);
        auto * quants = reinterpret_cast<int8_t *>(at) + 32 * column;
        auto * sums = reinterpret_cast<int32_t *>(at + 32 * width) + 8 * column;
        auto * scales = reinterpret_cast<float *>(at + 64 * width);
        __m256i q[4];
        for (int i = 0; i < 4; i++) {
            q[i] = _mm256_cvtps_epi32(
                _mm256_round_ps(_mm256_mul_ps(v[i], inverse), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
        }
        const __m256i packed =
            _mm256_packs_epi16(_mm256_packs_epi32(q[0], q[1]), _mm256_packs_epi32(q[2], q[3]));
        const __m256i bytes = _mm256_permutevar8x32_epi32(packed, _mm256_set_epi32(7, 3, 6, 2, 5, 1, 4, 0));
        const __m256i fours =
            _mm256_madd_epi16(_mm256_maddubs_epi16(_mm256_set1_epi8(1), bytes), _mm256_set1_epi16(1));
        _mm256_storeu_si256(reinterpret_cast<__m256i *>(quants), bytes);
        _mm256_storeu_si256(reinterpret_cast<__m256i *>(sums),
                            _mm256_mullo_epi32(fours, _mm256_set1_epi32(-W::offset)));
        const int total = sumOf(fours);
        scales[column] = throughHalf(scale);
        scales[width + column] = throughHalf(scale * static_cast<float>(total));
    }
}

template <class W>
void arrange(const float * x, const PanelShape & shape, int begin, int end, uint8_t * panel) {
    const size_t n = static_cast<size_t>(shape.blocks) * panelBlock;
    for (int column = begin; column < end; column++) {
        const int tile = column / panelTile;
        arrangeColumn<W>(x + static_cast<size_t>(column) * n, shape.blocks, panel + shape.offset(tile),
                         shape.width(tile), column % panelTile);
    }
}

/** Bytes between what is read and what is fetched: rows are short, and read four at a time the memory does
 * not see that they follow one another. */
constexpr size_t ahead = 4096;

/** The order of ggml's hsum_float_8. */
inline float sumOf(__m256 v) {
    __m128 half = _mm_add_ps(_mm256_extractf128_ps(v, 1), _mm256_castps256_ps128(v));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    half = _mm_add_ss(half, _mm_movehdup_ps(half));
    return _mm_cvtss_f32(half);
}

/** `rowCount` rows times `width` columns of a tile. */
template <class Isa, class W, int rowCount, int width>
void multiplyTile(const uint8_t * rows, size_t rowBytes, int blocks, const uint8_t * tile, float * out,
                  size_t stride) {
    __m256 sum[rowCount][width];
    __m128 mins[rowCount]; // a lane a column
    for (int r = 0; r < rowCount; r++) {
        for (int c = 0; c < width; c++) {
            sum[r][c] = _mm256_setzero_ps();
        }
        mins[r] = _mm_setzero_ps();
    }
    for (int b = 0; b < blocks; b++) {
        const PanelBlock panel(tile + static_cast<size_t>(b) * PanelShape::blockBytes(width), width);
        for (int r = 0; r < rowCount; r++) {
            const uint8_t * at = rows + r * rowBytes + static_cast<size_t>(b) * W::bytes;
            _mm_prefetch(reinterpret_cast<const char *>(at) + ahead, _MM_HINT_T0);
            const typename Isa::template Operand<W> weights(W::load(at));
            const __m128 factors = scaleAndMin<W>(at);
            const __m256 scale = _mm256_broadcastss_ps(factors);
            for (int c = 0; c < width; c++) {
                const __m256i dot = weights.dot(panel.quants + 32 * c, panel.sums + 8 * c);
                sum[r][c] = _mm256_fmadd_ps(_mm256_mul_ps(scale, _mm256_broadcast_ss(&panel.scales[c])),
                                            _mm256_cvtepi32_ps(dot), sum[r][c]);
            }
            if constexpr (W::hasMin) {
                mins[r] = _mm_fmadd_ps(_mm_shuffle_ps(factors, factors, 0x55), _mm_loadu_ps(panel.scaledSums),
                                       mins[r]);
            }
        }
    }
    for (int r = 0; r < rowCount; r++) {
        alignas(16) float min[panelTile];
        _mm_store_ps(min, mins[r]);
        for (int c = 0; c < width; c++) {
            const float total = sumOf(sum[r][c]);
            out[static_cast<size_t>(c) * stride + static_cast<size_t>(r)] =
                W::hasMin ? total + min[c] : total;
        }
    }
}

/** Tiles [begin, end) of a panel. */
struct TileRange {
    int begin;
    int end;
};

template <class Isa, class W, int rowCount>
void multiplyRows(const uint8_t * rows, const PanelShape & shape, TileRange tiles, const uint8_t * panel,
                  float * out, size_t stride) {
    const size_t rowBytes = static_cast<size_t>(shape.blocks) * W::bytes;
    for (int t = tiles.begin; t < tiles.end; t++) {
        const uint8_t * tile = panel + shape.offset(t);
        float * to = out + static_cast<size_t>(t) * panelTile * stride;
        switch (shape.width(t)) {
        case 1:
            multiplyTile<Isa, W, rowCount, 1>(rows, rowBytes, shape.blocks, tile, to, stride);
            break;
        case 2:
            multiplyTile<Isa, W, rowCount, 2>(rows, rowBytes, shape.blocks, tile, to, stride);
            break;
        case 3:
            multiplyTile<Isa, W, rowCount, 3>(rows, rowBytes, shape.blocks, tile, to, stride);
            break;
        default:
            multiplyTile<Isa, W, rowCount, 4>(rows, rowBytes, shape.blocks, tile, to, stride);
        }
    }
}

/** What of a panel stays in the second-level cache while rows go by. */
constexpr size_t cachedPanel = 384 * 1024;

template <class Isa, class W>
void multiply(const uint8_t * rows, int begin, int end, const PanelShape & shape, const uint8_t * panel,
              float * out, size_t stride) {
    const size_t rowBytes = static_cast<size_t>(shape.blocks) * W::bytes;
    const int cached = std::max(1, static_cast<int>(cachedPanel / shape.offset(1)));
    for (int tile = 0; tile < shape.tiles(); tile += cached) {
        const TileRange tiles = {tile, std::min(shape.tiles(), tile + cached)};
        int row = begin;
        for (; row + Isa::rows <= end; row += Isa::rows) {
            multiplyRows<Isa, W, Isa::rows>(rows + row * rowBytes, shape, tiles, panel, out + row, stride);
        }
        for (; row < end; row++) {
            multiplyRows<Isa, W, 1>(rows + row * rowBytes, shape, tiles, panel, out + row, stride);
        }
    }
}

constexpr int anyNumber = 1 << 20;

inline size_t panelBytesOf(const PanelShape & shape) { return shape.bytes(); }

template <class Isa, class W> constexpr BatchKernel kernelOf() {
    return {W::type,   RowOrder::file, panelBlock, Isa::rows,
            anyNumber, panelBytesOf,   arrange<W>, multiply<Isa, W>};
}

} // namespace
} // namespace sparse_pilot
