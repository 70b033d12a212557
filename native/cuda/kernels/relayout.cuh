#pragma once
// Builds the planes from the stock layout on the device. Run once at load; a thread makes 8 outputs of one
// input, so that bytes shared by neighbouring outputs have one writer.

#include "planes.cuh"

namespace sp::cuda {

/// Writable view of the same memory as a Planes.
__device__ __forceinline__ uint8_t * writable(const uint8_t * plane) { return const_cast<uint8_t *>(plane); }

template <typename Block>
__device__ __forceinline__ const Block & block_of(const void * stock, int output, int input, int inputs,
                                                  int length) {
    const size_t per_row = static_cast<size_t>(inputs / length);
    return static_cast<const Block *>(stock)[static_cast<size_t>(output) * per_row + input / length];
}

__device__ __forceinline__ int nibble_q4_0(const BlockQ4_0 & b, int i) {
    return i < 16 ? b.qs[i] & 15 : b.qs[i - 16] >> 4;
}

__device__ __forceinline__ int nibble_q4_k(const BlockQ4_K & b, int i) {
    const uint8_t byte = b.qs[32 * (i / 64) + i % 32];
    return (i % 64) < 32 ? byte & 15 : byte >> 4;
}

__device__ __forceinline__ int quant_q6_k(const BlockQ6_K & b, int i) {
    const int half = i / 128, rest = i % 128, quarter = rest / 32, l = rest % 32;
    const uint8_t low = b.ql[64 * half + 32 * (quarter % 2) + l];
    const int nibble = quarter < 2 ? low & 15 : low >> 4;
    return nibble | (((b.qh[32 * half + l] >> (2 * quarter)) & 3) << 4);
}

/// `stock`: [outputs] rows of `inputs` weights. Grid-stride over inputs x outputs/8.
template <WeightType type> static __global__ void relayout(const void * SP_RESTRICT stock, const Planes to) {
    const int lanes = to.outputs / kOutputsPerLane;
    const long long items = static_cast<long long>(lanes) * to.inputs;
    const long long stride = static_cast<long long>(gridDim.x) * blockDim.x;
    for (long long item = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; item < items;
         item += stride) {
        const int input = static_cast<int>(item / lanes);
        const int output = static_cast<int>(item % lanes) * kOutputsPerLane;
        const int in_block = input % block_length(type);
        uint32_t word = 0;
        uint16_t upper = 0;
        for (int k = 0; k < kOutputsPerLane; ++k) {
            const size_t row = static_cast<size_t>(input) * to.outputs + output + k;
            if constexpr (type == WeightType::Q4_0) {
                const BlockQ4_0 & b = block_of<BlockQ4_0>(stock, output + k, input, to.inputs, 32);
                word |= static_cast<uint32_t>(nibble_q4_0(b, in_block)) << (4 * k);
                if (in_block == 0) {
                    reinterpret_cast<uint16_t *>(
                        writable(to.scales))[static_cast<size_t>(input / 32) * to.outputs + output + k] = b.d;
                }
            } else if constexpr (type == WeightType::Q8_0) {
                const BlockQ8_0 & b = block_of<BlockQ8_0>(stock, output + k, input, to.inputs, 32);
                writable(to.quants)[row] = static_cast<uint8_t>(b.qs[in_block]);
                if (in_block == 0) {
                    reinterpret_cast<uint16_t *>(
                        writable(to.scales))[static_cast<size_t>(input / 32) * to.outputs + output + k] = b.d;
                }
            } else if constexpr (type == WeightType::Q4_K) {
                const BlockQ4_K & b = block_of<BlockQ4_K>(stock, output + k, input, to.inputs, 256);
                word |= static_cast<uint32_t>(nibble_q4_k(b, in_block)) << (4 * k);
                if (in_block % 32 == 0) {
                    const size_t at = static_cast<size_t>(input / 32) * to.outputs + output + k;
                    q4k_scale_min(b.scales, in_block / 32, writable(to.scales)[at], writable(to.mins)[at]);
                }
                if (in_block == 0) {
                    uint16_t * super = reinterpret_cast<uint16_t *>(writable(to.super));
                    const size_t at = static_cast<size_t>(input / 256) * 2 * to.outputs + output + k;
                    super[at] = b.d;
                    super[at + to.outputs] = b.dmin;
                }
            } else if constexpr (type == WeightType::Q6_K) {
                const BlockQ6_K & b = block_of<BlockQ6_K>(stock, output + k, input, to.inputs, 256);
                const int quant = quant_q6_k(b, in_block);
                word |= static_cast<uint32_t>(quant & 15) << (4 * k);
                upper = static_cast<uint16_t>(upper | ((quant >> 4) << (2 * k)));
                if (in_block % 16 == 0) {
                    writable(to.scales)[static_cast<size_t>(input / 16) * to.outputs + output + k] =
                        static_cast<uint8_t>(b.scales[in_block / 16]);
                }
                if (in_block == 0) {
                    reinterpret_cast<uint16_t *>(
                        writable(to.super))[static_cast<size_t>(input / 256) * to.outputs + output + k] = b.d;
                }
            } else {
                const uint16_t * rows = static_cast<const uint16_t *>(stock);
                reinterpret_cast<uint16_t *>(writable(to.quants))[row] =
                    rows[static_cast<size_t>(output + k) * to.inputs + input];
            }
        }
        const size_t at = static_cast<size_t>(input) * lanes + output / kOutputsPerLane;
        if constexpr (type == WeightType::Q4_0 || type == WeightType::Q4_K || type == WeightType::Q6_K) {
            reinterpret_cast<uint32_t *>(writable(to.quants))[at] = word;
        }
        if constexpr (type == WeightType::Q6_K) {
            reinterpret_cast<uint16_t *>(writable(to.upper))[at] = upper;
        }
    }
}

} // namespace sp::cuda
