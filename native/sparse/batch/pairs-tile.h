/** Several columns: as with one (pairs.h) two rows share a register, and a pair that is unpacked is
 * multiplied by up to eight columns. AVX-512 with VNNI. */
#pragma once

#include "batch/pairs.h"

namespace sparse_pilot {
namespace {

/** Rows that are multiplied at a time by one tile; by two tiles half as many are, for there are 32 registers.
 */
constexpr int tileRows = 8;

/** Two rows of 8 lanes for each of 4 columns to one value for each row and column, in the order of sumOf: of
 * quarter 2 * (column % 2) + row it is lane 2 * (column / 2). */
inline __m512 sumsOfPairs(const __m512 * columns) {
    const auto halves = [](__m512 first, __m512 second) {
        return _mm512_add_ps(_mm512_shuffle_f32x4(first, second, 0b11'01'11'01),
                             _mm512_shuffle_f32x4(first, second, 0b10'00'10'00));
    };
    const __m512 front = halves(columns[0], columns[1]);
    const __m512 back = halves(columns[2], columns[3]);
    const __m512 quarters = _mm512_add_ps(_mm512_shuffle_ps(front, back, 0b01'00'01'00),
                                          _mm512_shuffle_ps(front, back, 0b11'10'11'10));
    return _mm512_add_ps(quarters, _mm512_permute_ps(quarters, 0b10'11'00'01));
}

/** Rows of a matrix that are multiplied together; the last ones of an uneven rest stand for one another. */
template <int most> struct RowGroup {
    const uint8_t * at[most];
    const char * fetched;
    int count;

    RowGroup(const uint8_t * first, size_t rowBytes, int count_)
        : fetched(reinterpret_cast<const char *>(first) + pairsAhead), count(std::min(count_, most)) {
        for (int r = 0; r < most; r++) {
            at[r] = first + static_cast<size_t>(std::min(r, count - 1)) * rowBytes;
        }
    }
};

/** Scale and, where the type has one, minimum of each row: lanes 2r and 2r + 1. */
template <int rows> inline __m512 factorsOf(const RowGroup<rows> & group, size_t offset) {
    alignas(32) int32_t head[8] = {};
    for (int r = 0; r < rows; r++) {
        std::memcpy(&head[r], group.at[r] + offset, sizeof(head[r]));
    }
    return _mm512_cvtph_ps(
        _mm256_set_epi32(head[7], head[6], head[5], head[4], head[3], head[2], head[1], head[0]));
}

/** What a tile's columns of one block are multiplied with, and its sums so far. */
template <class W, int rows, int width> struct TileSums {
    __m512 sum[rows / 2][panelTile] = {};
    __m512 mins[rows / 4] = {}; // a quarter a row, a lane a column

    void multiplyPair(const PanelBlock & x, int pair, __m512i weights, __m512 scale) {
        for (int c = 0; c < width; c++) {
            const __m512i quants = _mm512_broadcast_i64x4(
                _mm256_loadu_si256(reinterpret_cast<const __m256i *>(x.quants + 32 * c)));
            const __m512i start = W::offset == 0 ? _mm512_setzero_si512()
                                                 : _mm512_broadcast_i64x4(_mm256_loadu_si256(
                                                       reinterpret_cast<const __m256i *>(x.sums + 8 * c)));
            const __m512i dot = _mm512_dpbusd_epi32(start, weights, quants);
            sum[pair][c] = _mm512_fmadd_ps(_mm512_mul_ps(scale, _mm512_set1_ps(x.scales[c])),
                                           _mm512_cvtepi32_ps(dot), sum[pair][c]);
        }
    }
    void addMins(const PanelBlock & x, int quad, __m512 min) {
        mins[quad] = _mm512_fmadd_ps(min, _mm512_broadcast_f32x4(_mm_loadu_ps(x.scaledSums)), mins[quad]);
    }
    void write(int count, float * out, size_t stride) const {
        alignas(64) float min[rows][panelTile];
        alignas(64) float total[rows / 2][4][4];
        for (int quad = 0; quad < rows / 4; quad++) {
            _mm512_store_ps(min[4 * quad], mins[quad]);
        }
        for (int pair = 0; pair < rows / 2; pair++) {
            _mm512_store_ps(total[pair][0], sumsOfPairs(sum[pair]));
        }
        for (int r = 0; r < count; r++) {
            for (int c = 0; c < width; c++) {
                const float sums = total[r / 2][2 * (c % 2) + r % 2][2 * (c / 2)];
                out[static_cast<size_t>(c) * stride + static_cast<size_t>(r)] =
                    W::hasMin ? sums + min[r][c] : sums;
            }
        }
    }
};

/** A group of rows times one tile of `width` columns, or times a whole tile and the `second` columns of the
 * next. */
template <class W, int rows, int width, int second>
void multiplyGroup(const RowGroup<rows> & group, int blocks, const uint8_t * tile, float * out,
                   size_t stride) {
    const uint8_t * next = tile + static_cast<size_t>(blocks) * PanelShape::blockBytes(width);
    TileSums<W, rows, width> sums;
    TileSums<W, rows, second> sumsOfNext;
    const __m512i pairLanes = _mm512_set_epi32(2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m512i minLanes = _mm512_set_epi32(7, 7, 7, 7, 5, 5, 5, 5, 3, 3, 3, 3, 1, 1, 1, 1);
    for (int b = 0; b < blocks; b++) {
        const auto block = static_cast<size_t>(b);
        const PanelBlock x(tile + block * PanelShape::blockBytes(width), width);
        const PanelBlock xOfNext(next + block * PanelShape::blockBytes(second), second);
        const size_t offset = block * W::bytes;
        for (size_t line = 0; line < rows * W::bytes; line += 64) {
            _mm_prefetch(group.fetched + rows * offset + line, _MM_HINT_T1);
        }
        const __m512 factors = factorsOf(group, offset);
        for (int pair = 0; pair < rows / 2; pair++) {
            const __m512i weights = loadPair<W>(group.at[2 * pair] + offset, group.at[2 * pair + 1] + offset);
            const __m512 scale =
                _mm512_permutexvar_ps(_mm512_add_epi32(pairLanes, _mm512_set1_epi32(4 * pair)), factors);
            sums.multiplyPair(x, pair, weights, scale);
            if constexpr (second > 0) {
                sumsOfNext.multiplyPair(xOfNext, pair, weights, scale);
            }
        }
        if constexpr (W::hasMin) {
            for (int quad = 0; quad < rows / 4; quad++) {
                const __m512 min =
                    _mm512_permutexvar_ps(_mm512_add_epi32(minLanes, _mm512_set1_epi32(8 * quad)), factors);
                sums.addMins(x, quad, min);
                if constexpr (second > 0) {
                    sumsOfNext.addMins(xOfNext, quad, min);
                }
            }
        }
    }
    sums.write(group.count, out, stride);
    if constexpr (second > 0) {
        sumsOfNext.write(group.count, out + panelTile * stride, stride);
    }
}

/** The rows [begin, end) times the tiles [tile, tile + 1 or 2) of a panel. */
template <class W, int rows, int width, int second>
void multiplyRange(const uint8_t * first, int begin, int end, int blocks, const uint8_t * tile, float * out,
                   size_t stride) {
    const size_t rowBytes = static_cast<size_t>(blocks) * W::bytes;
    for (int row = begin; row < end; row += rows) {
        const RowGroup<rows> group(first + static_cast<size_t>(row) * rowBytes, rowBytes, end - row);
        multiplyGroup<W, rows, width, second>(group, blocks, tile, out + row, stride);
    }
}

template <class W> using RangeProduct = decltype(&multiplyRange<W, tileRows, 4, 0>);

template <class W>
constexpr RangeProduct<W> oneTile[panelTile] = {
    multiplyRange<W, tileRows, 1, 0>, multiplyRange<W, tileRows, 2, 0>, multiplyRange<W, tileRows, 3, 0>,
    multiplyRange<W, tileRows, 4, 0>};
template <class W>
constexpr RangeProduct<W> twoTiles[panelTile] = {
    multiplyRange<W, tileRows / 2, 4, 1>, multiplyRange<W, tileRows / 2, 4, 2>,
    multiplyRange<W, tileRows / 2, 4, 3>, multiplyRange<W, tileRows / 2, 4, 4>};

/** Rows that stay in the second-level cache while the panel's tiles go by. */
constexpr size_t cachedRows = 512 * 1024;

template <class W>
void multiplyTilesOfPairs(const uint8_t * rows, int begin, int end, const PanelShape & shape,
                          const uint8_t * panel, float * out, size_t stride) {
    const size_t rowBytes = static_cast<size_t>(shape.blocks) * W::bytes;
    const int together = std::max(1, static_cast<int>(cachedRows / rowBytes / tileRows)) * tileRows;
    for (int row = begin; row < end; row += together) {
        const int last = std::min(end, row + together);
        for (int t = 0; t < shape.tiles(); t += 2) {
            const bool single = t + 1 == shape.tiles();
            const RangeProduct<W> product =
                single ? oneTile<W>[shape.width(t) - 1] : twoTiles<W>[shape.width(t + 1) - 1];
            product(rows, row, last, shape.blocks, panel + shape.offset(t),
                    out + static_cast<size_t>(t) * panelTile * stride, stride);
        }
    }
}

} // namespace
} // namespace sparse_pilot
