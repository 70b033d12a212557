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

/** Whether quants need all 8 bits, so that pairs of products may exceed 16. */
template <Format format> constexpr bool isWide() { return format == Format::Byte; }

template <Format format> inline F loadPlain(const uint16_t * p) {
    return format == Format::F16 ? Simd::loadF16(p) : Simd::loadBF16(p);
}

} // namespace
