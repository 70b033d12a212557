#pragma once
// Activations as int8 with one scale per 32 channels, the form that the integer dot products take.

#include "../platform.cuh"

namespace sp::cuda {

/// A quantised activation vector: `quants` d bytes, `scales` d/32 floats; `values` the floats they came from.
struct QuantizedInput {
    const int8_t * quants;
    const float * scales;
    const float * values;
};

/// One warp per block of 32 channels. Grid: ceil(d / 32 / warps per block). `d` is a multiple of 32.
static __global__ void quantize_input(const float * SP_RESTRICT x, int8_t * SP_RESTRICT quants,
                                      float * SP_RESTRICT scales, int d) {
    const int warp = static_cast<int>((blockIdx.x * blockDim.x + threadIdx.x) / kWarpSize);
    const int lane = static_cast<int>(threadIdx.x % kWarpSize);
    if (warp >= d / 32) {
        return;
    }
    const float value = x[warp * 32 + lane];
    const float largest = warp_max(fabsf(value));
    const float scale = exact_divide(largest, 127.0f);
    quants[warp * 32 + lane] =
        scale == 0.0f ? int8_t{0} : static_cast<int8_t>(rintf(exact_divide(value, scale)));
    if (lane == 0) {
        scales[warp] = scale;
    }
}

} // namespace sp::cuda
