/** Takes a row of a ggml tensor apart into integers and block scales, without loss. */
#pragma once

#include "layout/format.h"

#include <cstdint>
#include <vector>

namespace sparse_pilot {

/**
 * w[i] = scale[i / block] * (quant[i] - offset) + min[i / block]; scales and mins are f16 bits. Formats with
 * super scales: w[i] = superScale * scale * (quant - offset) - superMin * min, with integers for scale and
 * min that fit 8 bits; the scale may be negative (two's complement).
 */
struct UnpackedRow {
    std::vector<uint8_t> quants;
    std::vector<uint16_t> scales;
    std::vector<uint16_t> mins;                   /**< empty where the format has none */
    std::vector<uint16_t> superScales, superMins; /**< f16 bits; empty where the format has none */
};

/** A quantised, supported type; n is a multiple of the type's block. */
void unpackRow(int ggmlType, const void * row, int n, UnpackedRow & out);

/** Dequantised by ggml's own reference, for norms and tests. */
void dequantiseRow(int ggmlType, const void * row, int n, float * out);

} // namespace sparse_pilot
