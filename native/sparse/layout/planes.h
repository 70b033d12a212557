/**
 * The plane-split transpose of a matrix: the weights of one *input* lie together (so an input that is zero is
 * not read), and the scales, which ggml keeps per block of 32 (or 16) inputs, lie in a plane of their own:
 * [group of inputs][output]. Exact: the same integers and scales as in the file, only elsewhere. Where a
 * format has super scales, their plane lies in front of those of the groups that share it.
 *
 * Nibble rows hold output o and o + 64 of each 128 in one byte; where only 64 outputs are left, o and o + 32.
 * Of 5 and 6 bits the upper ones lie behind the row's nibbles, 16 bytes for each 128 or 64 outputs: output
 * 16 * k + j is in byte j, k fields up. Scale planes are in the order in which the byte interleave of the
 * kernels leaves its results; planeOrder maps it back, once per token.
 */
#pragma once

#include "kernels/kernel-table.h"
#include "layout/unpack.h"

namespace sparse_pilot {

PlaneShape planeShape(TypeFormat type, int outputs);

/** Bytes of all planes of a matrix with so many inputs. */
constexpr size_t planesBytes(const PlaneShape & shape, int inputs) {
    return isPlain(shape.format)
               ? 0
               : planeOffset(shape, (inputs + shape.group - 1) / shape.group - 1) + shape.planeBytes;
}

/** Position p of the kernels' accumulators (within 64) -> output. Plain formats are in natural order. */
constexpr int planeOrder(int p) { return p % 16 / 4 * 16 + p / 16 * 4 + p % 4; }

/** Writes one output's share of all inputs [first, first + count): quants at rows + i * rowStride, scales in
 * the planes. */
class PlanePacker {
  public:
    PlanePacker(const PlaneShape & shape, uint8_t * rows, size_t rowStride, uint8_t * planes)
        : shape_(shape), rows_(rows), rowStride_(rowStride), planes_(planes) {}

    /** Rows and planes must be zeroed beforehand. */
    void addOutput(int output, const UnpackedRow & row) const;
    void addPlainOutput(int output, const uint16_t * row, int inputs) const;

  private:
    PlaneShape shape_;
    uint8_t * rows_;
    size_t rowStride_;
    uint8_t * planes_;
};

} // namespace sparse_pilot
