/** The columns of a short batch, quantised once and arranged for products with quantised rows. */
#pragma once

#include <cstddef>
#include <cstdint>

namespace sparse_pilot {

/** Columns that a kernel multiplies at a time. */
constexpr int panelTile = 4;
/** Weights that share a scale in every supported type. */
constexpr int panelBlock = 32;

/**
 * Where things lie in a panel of `columns` columns of `blocks` blocks. Tiles of up to four columns follow one
 * another; in a tile, block after block: for each column 32 int8, then for each column 8 int32 (sums of four
 * quants, times `offset` of the weights' type), then a scale for each, then scale times sum for each.
 */
struct PanelShape {
    int blocks = 0;
    int columns = 0;

    static constexpr size_t blockBytes(int width) { return static_cast<size_t>(width) * (32 + 32 + 4 + 4); }
    int tiles() const { return (columns + panelTile - 1) / panelTile; }
    int width(int tile) const {
        const int rest = columns - tile * panelTile;
        return rest < panelTile ? rest : panelTile;
    }
    size_t offset(int tile) const { return static_cast<size_t>(tile) * blocks * blockBytes(panelTile); }
    /** Kernels read the scales of a narrow tile four at a time: some bytes more than are used. */
    size_t bytes() const { return static_cast<size_t>(columns) * blocks * blockBytes(1) + 16; }
};

/** One block of one tile. */
struct PanelBlock {
    const int8_t * quants;
    const int32_t * sums;
    const float * scales;
    const float * scaledSums;

    PanelBlock(const uint8_t * at, int width)
        : quants(reinterpret_cast<const int8_t *>(at)),
          sums(reinterpret_cast<const int32_t *>(at + 32 * width)),
          scales(reinterpret_cast<const float *>(at + 64 * width)), scaledSums(scales + width) {}
};

} // namespace sparse_pilot
