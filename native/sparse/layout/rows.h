/**
 * Block-transposed rows: a weight row laid out so that one SIMD lane holds one quantisation block. A tile is
 * 16 blocks; its quants are [k][16 lanes][4 weights], so a register of products never mixes scales and is
 * scaled once a tile. A narrower last tile keeps only the lanes there are. Then the blocks' scales, then
 * their mins, then the super scales of both (where the format has them). Rows begin at cache lines only where
 * that costs next to nothing: the layouts are to be no larger than the file's own weights.
 *
 * Formats below 8 bits pack weight e of a block with the one half a block on. Of 5 and 6 bits the upper ones
 * are one more word of each lane, behind the tile's nibbles: weight 4 * k + j is in byte j, k fields up.
 */
#pragma once

#include "kernels/kernel-table.h"
#include "layout/unpack.h"

namespace sparse_pilot {

/** n must be a multiple of the format's block (plain formats: anything). */
RowShape rowShape(TypeFormat type, int n);

/** `out` has shape.stride bytes. */
void packRow(const RowShape & shape, const UnpackedRow & row, uint8_t * out);
void packPlainRow(const RowShape & shape, const void * row, uint8_t * out);

} // namespace sparse_pilot
