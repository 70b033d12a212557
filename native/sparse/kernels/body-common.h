/** What the parts of body.h share; a simd.*.h must have been included. */
#pragma once

#include "kernels/kernel-table.h"

namespace {

using namespace sparse_pilot;
using I = Simd::I;
using F = Simd::F;

constexpr int lanes = Simd::lanes;
constexpr int parts = 16 / lanes; /**< registers per 64 bytes */
constexpr int registerBytes = lanes * 4;

/**
 * Whether the last, narrower tile's quants of x lie as tightly as those of the rows, so that one register
 * takes several words of each block. Other widths keep the full tiles' stride.
 */
constexpr bool packedTail(int tailLanes) {
    return tailLanes == 1 || tailLanes == 2 || tailLanes == 4 || tailLanes == 8;
}

/** Whether quants need all 8 bits, so that pairs of products may exceed 16. */
template <Format format> constexpr bool isWide() { return format == Format::Byte; }

/** Where the upper bits of 5 or 6 belong in a byte. */
template <Format format> constexpr int upperMask() { return upperBits(format) == 1 ? 0x10 : 0x30; }

/** Whether the k-quant's scales of blocks are signed. */
template <Format format> constexpr bool hasSignedScales() { return format == Format::SixSuper; }

template <Format format> inline F loadPlain(const uint16_t * p) {
    return format == Format::F16 ? Simd::loadF16(p) : Simd::loadBF16(p);
}

} // namespace
