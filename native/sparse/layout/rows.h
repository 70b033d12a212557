/**
 * Block-transposed rows: a weight row laid out so that one SIMD lane holds one quantisation block. A tile is
 * 16 blocks; its quants are [k][16 lanes][4 weights], so a register of products never mixes scales and is
 * scaled once a tile. A narrower last tile keeps only the lanes there are. Then the blocks' scales, then
 * their mins, then the super scales of both (where the format has them), then zeros to 64 bytes. Nibble
 * formats pack weight e of a block with weight e + 16.
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
