/** Columns a few at a time, their number known to the compiler. */
#pragma once

#include "batch/panel.h"

#include <algorithm>

namespace sparse_pilot {
namespace {

constexpr int columnTile = 4;

/**
 * Calls `tile.operator()<width>(columns, out)` for up to `columnTile` columns at a time.
 * @param column the first block of a column
 */
template <class Block, class Column, class Tile>
void eachTile(const PanelShape & shape, Column column, float * out, size_t stride, Tile tile) {
    for (int first = 0; first < shape.columns; first += columnTile) {
        const Block * columns[columnTile] = {};
        const int width = std::min(columnTile, shape.columns - first);
        for (int c = 0; c < width; c++) {
            columns[c] = column(first + c);
        }
        float * to = out + static_cast<size_t>(first) * stride;
        switch (width) {
        case 1:
            tile.template operator()<1>(columns, to);
            break;
        case 2:
            tile.template operator()<2>(columns, to);
            break;
        case 3:
            tile.template operator()<3>(columns, to);
            break;
        default:
            tile.template operator()<4>(columns, to);
        }
    }
}

} // namespace
} // namespace sparse_pilot
