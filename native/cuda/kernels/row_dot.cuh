#pragma once
// The dot product of one weight row (stock GGUF layout) with the input, by one warp.
// Each specialisation returns the lane's partial sum; the caller adds the lanes up.

#include "../blocks.cuh"
#include "quantize.cuh"

namespace sp::cuda {

template <WeightType type> struct RowDot;

template <> struct RowDot<WeightType::Q8_0> {
    static __device__ __forceinline__ float partial(const void * row, const QuantizedInput & x, int d,
                                                    int lane) {
        const BlockQ8_0 * blocks = static_cast<const BlockQ8_0 *>(row);
        const int word = lane % 8;
        float sum = 0.0f;
        SP_UNROLL(8)
        for (int b = lane / 8; b < d / 32; b += 4) {
            const int w = load_int_2aligned(blocks[b].qs + 4 * word);
            const int v = load_int_4aligned(x.quants + 32 * b + 4 * word);
            sum += half_bits_to_float(blocks[b].d) * x.scales[b] * static_cast<float>(__dp4a(w, v, 0));
        }
        return sum;
    }
};

template <> struct RowDot<WeightType::Q4_0> {
    static __device__ __forceinline__ float partial(const void * row, const QuantizedInput & x, int d,
                                                    int lane) {
        const BlockQ4_0 * blocks = static_cast<const BlockQ4_0 *>(row);
        const int word = lane % 4;
        float sum = 0.0f;
        SP_UNROLL(4)
        for (int b = lane / 4; b < d / 32; b += 8) {
            const int w = load_int_2aligned(blocks[b].qs + 4 * word);
            const int low = load_int_4aligned(x.quants + 32 * b + 4 * word);
            const int high = load_int_4aligned(x.quants + 32 * b + 16 + 4 * word);
            int dot = __dp4a(w & 0x0f0f0f0f, low, 0);
            dot = __dp4a((w >> 4) & 0x0f0f0f0f, high, dot);
            dot -= 8 * __dp4a(0x01010101, high, __dp4a(0x01010101, low, 0));
            sum += half_bits_to_float(blocks[b].d) * x.scales[b] * static_cast<float>(dot);
        }
        return sum;
    }
};

template <> struct RowDot<WeightType::Q4_K> {
    static __device__ __forceinline__ float partial(const void * row, const QuantizedInput & x, int d,
                                                    int lane) {
        const BlockQ4_K * blocks = static_cast<const BlockQ4_K *>(row);
        const int chunk = lane / 8; // 64 weights: low nibbles are sub-block 2c, high nibbles 2c + 1
        const int word = lane % 8;
        float sum = 0.0f;
        SP_UNROLL(4)
        for (int b = 0; b < d / 256; ++b) {
            const BlockQ4_K & block = blocks[b];
            const int w = load_int_4aligned(block.qs + 32 * chunk + 4 * word);
            const int channel = 256 * b + 64 * chunk + 4 * word;
            const int low = load_int_4aligned(x.quants + channel);
            const int high = load_int_4aligned(x.quants + channel + 32);
            uint8_t scale_low, min_low, scale_high, min_high;
            q4k_scale_min(block.scales, 2 * chunk, scale_low, min_low);
            q4k_scale_min(block.scales, 2 * chunk + 1, scale_high, min_high);
            const float x_low = x.scales[channel / 32];
            const float x_high = x.scales[channel / 32 + 1];
            const float dots =
                x_low * static_cast<float>(scale_low * __dp4a(w & 0x0f0f0f0f, low, 0)) +
                x_high * static_cast<float>(scale_high * __dp4a((w >> 4) & 0x0f0f0f0f, high, 0));
            const float mins = x_low * static_cast<float>(min_low * __dp4a(0x01010101, low, 0)) +
                               x_high * static_cast<float>(min_high * __dp4a(0x01010101, high, 0));
            sum += half_bits_to_float(block.d) * dots - half_bits_to_float(block.dmin) * mins;
        }
        return sum;
    }
};

template <> struct RowDot<WeightType::Q6_K> {
    static __device__ __forceinline__ float partial(const void * row, const QuantizedInput & x, int d,
                                                    int lane) {
        const BlockQ6_K * blocks = static_cast<const BlockQ6_K *>(row);
        const int half = lane / 16; // 128 weights each
        const int word = lane % 16; // a word of the half's 64 low-nibble bytes
        const int upper = word / 8; // 0: weights l and l + 64; 1: l + 32 and l + 96
        const int offset = 4 * (word % 8);
        float sum = 0.0f;
        SP_UNROLL(4)
        for (int b = 0; b < d / 256; ++b) {
            const BlockQ6_K & block = blocks[b];
            const int ql = load_int_2aligned(block.ql + 64 * half + 4 * word);
            const int qh = load_int_2aligned(block.qh + 32 * half + offset) >> (2 * upper);
            const int first = (ql & 0x0f0f0f0f) | ((qh & 0x03030303) << 4);
            const int second = ((ql >> 4) & 0x0f0f0f0f) | (qh & 0x30303030);
            const int channel = 256 * b + 128 * half + 32 * upper + offset;
            const int x_first = load_int_4aligned(x.quants + channel);
            const int x_second = load_int_4aligned(x.quants + channel + 64);
            const int8_t * scales = block.scales + 8 * half + 2 * upper + offset / 16;
            const int dot_first = __dp4a(first, x_first, 0) - 32 * __dp4a(0x01010101, x_first, 0);
            const int dot_second = __dp4a(second, x_second, 0) - 32 * __dp4a(0x01010101, x_second, 0);
            sum += half_bits_to_float(block.d) *
                   (x.scales[channel / 32] * static_cast<float>(scales[0] * dot_first) +
                    x.scales[channel / 32 + 2] * static_cast<float>(scales[4] * dot_second));
        }
        return sum;
    }
};

template <WeightType type> struct RowDotWide {
    static __device__ __forceinline__ float to_float(uint32_t bits) {
        const uint16_t half = static_cast<uint16_t>(bits & 0xffffu);
        return type == WeightType::F16 ? half_bits_to_float(half) : bf16_bits_to_float(half);
    }

    static __device__ __forceinline__ float partial(const void * row, const QuantizedInput & x, int d,
                                                    int lane) {
        // rows begin on 64 bytes, because d is a multiple of 32. A lane takes 4 neighbours, so that the 8
        // bytes of weights and the 16 of inputs that a warp's lanes read lie side by side
        const uint2 * weights = static_cast<const uint2 *>(row);
        const float4 * inputs = reinterpret_cast<const float4 *>(x.values);
        float sum = 0.0f;
        SP_UNROLL(8)
        for (int i = lane; i < d / 4; i += kWarpSize) {
            const uint2 w = weights[i];
            const float4 v = inputs[i];
            sum += to_float(w.x) * v.x;
            sum += to_float(w.x >> 16) * v.y;
            sum += to_float(w.y) * v.z;
            sum += to_float(w.y >> 16) * v.w;
        }
        return sum;
    }
};

template <> struct RowDot<WeightType::F16> : RowDotWide<WeightType::F16> {};
template <> struct RowDot<WeightType::BF16> : RowDotWide<WeightType::BF16> {};

/// The whole dot product, in every lane.
template <WeightType type>
__device__ __forceinline__ float row_dot(const void * weights, int row, const QuantizedInput & x, int d,
                                         int lane) {
    const size_t stride = static_cast<size_t>(d / block_length(type)) * block_bytes(type);
    const char * address = static_cast<const char *>(weights) + stride * static_cast<size_t>(row);
    return warp_sum(RowDot<type>::partial(address, x, d, lane));
}

} // namespace sp::cuda
