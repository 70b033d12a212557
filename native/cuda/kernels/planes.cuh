#pragma once
// The exact plane-split transpose of a weight matrix W [outputs][inputs] (sparse-inference dossier 7.3b):
// quants input-major, so that one skipped input skips whole contiguous bytes, scales in planes of their own.
// Every quant and scale keeps its bits. A lane owns 8 neighbouring outputs: 32 lanes read 128 (4-bit) to 512
// (16-bit) contiguous bytes of a row.

#include "../blocks.cuh"

namespace sp::cuda {

constexpr int kOutputsPerLane = 8;
constexpr int kSlice = kWarpSize * kOutputsPerLane; // outputs of one warp

/// Device pointers of the planes of W: `outputs` is a multiple of 8, `inputs` of the type's block length.
struct Planes {
    const uint8_t * quants; // [inputs][outputs * bits / 8]
    const uint8_t * upper;  // Q6_K: [inputs][outputs / 4], bits 4..5
    const uint8_t * scales; // Q4_0, Q8_0: half [inputs/32][outputs]; Q4_K: byte [inputs/32][outputs]; Q6_K:
                            // [inputs/16][outputs]
    const uint8_t * mins;   // Q4_K: byte [inputs/32][outputs]
    const uint8_t *
        super; // Q4_K: half d, then half dmin [inputs/256][2][outputs]; Q6_K: half d [inputs/256][outputs]
    int outputs;
    int inputs;
};

/// Byte offsets of the planes in one allocation, each on a 16-byte boundary.
struct PlaneOffsets {
    size_t quants, upper, scales, mins, super, total;
};

__host__ __device__ inline PlaneOffsets plane_offsets(WeightType type, int outputs, int inputs) {
    const size_t o = static_cast<size_t>(outputs);
    const size_t n = static_cast<size_t>(inputs);
    size_t quants = 0, upper = 0, scales = 0, mins = 0, super = 0;
    switch (type) {
    case WeightType::Q4_0:
        quants = n * o / 2, scales = n / 32 * o * 2;
        break;
    case WeightType::Q8_0:
        quants = n * o, scales = n / 32 * o * 2;
        break;
    case WeightType::Q4_K:
        quants = n * o / 2, scales = n / 32 * o, mins = scales, super = n / 256 * o * 4;
        break;
    case WeightType::Q6_K:
        quants = n * o / 2, upper = n * o / 4, scales = n / 16 * o, super = n / 256 * o * 2;
        break;
    default:
        quants = n * o * 2;
    }
    PlaneOffsets at{};
    size_t end = 0;
    const size_t sizes[5] = {quants, upper, scales, mins, super};
    size_t * starts[5] = {&at.quants, &at.upper, &at.scales, &at.mins, &at.super};
    for (int i = 0; i < 5; ++i) {
        *starts[i] = end;
        end += (sizes[i] + 15) / 16 * 16;
    }
    at.total = end;
    return at;
}

__host__ __device__ inline Planes planes_at(uint8_t * base, WeightType type, int outputs, int inputs) {
    const PlaneOffsets at = plane_offsets(type, outputs, inputs);
    return Planes{base + at.quants, base + at.upper, base + at.scales, base + at.mins, base + at.super,
                  outputs,          inputs};
}

/// The scales of a lane's 8 outputs, in one load: planes begin on 16 bytes, and 8 outputs are never apart.
struct EightHalves {
    uint4 words;
    __device__ __forceinline__ float at(int k) const {
        const uint32_t pair = k < 2 ? words.x : k < 4 ? words.y : k < 6 ? words.z : words.w;
        return half_bits_to_float(static_cast<uint16_t>(pair >> (16 * (k % 2))));
    }
};
struct EightBytes {
    uint2 words;
    __device__ __forceinline__ uint8_t at(int k) const {
        return static_cast<uint8_t>((k < 4 ? words.x : words.y) >> (8 * (k % 4)));
    }
};

__device__ __forceinline__ EightHalves halves_at(const uint8_t * plane, size_t index) {
    return {*reinterpret_cast<const uint4 *>(plane + 2 * index)};
}
__device__ __forceinline__ EightBytes bytes_at(const uint8_t * plane, size_t index) {
    return {*reinterpret_cast<const uint2 *>(plane + index)};
}

/// How a lane reads one type: `Quants` of 8 outputs for one input, and what a group of inputs shares.
template <WeightType type> struct PlaneReader;

struct NibbleQuants {
    uint32_t word;
    __device__ __forceinline__ float at(int k) const { return static_cast<float>((word >> (4 * k)) & 15u); }
};

template <> struct PlaneReader<WeightType::Q4_0> {
    static constexpr int kGroup = 32;
    using Quants = NibbleQuants;
    static __device__ __forceinline__ Quants load(const Planes & p, int input, int output) {
        const size_t words = static_cast<size_t>(p.outputs) / 8;
        return {
            reinterpret_cast<const uint32_t *>(p.quants)[static_cast<size_t>(input) * words + output / 8]};
    }
    /// Adds a group's contribution to y: `dot[k]` = sum h*q, `h_sum` = sum h.
    static __device__ __forceinline__ void flush(const Planes & p, int group, int output, const float * dot,
                                                 float h_sum, float * y) {
        const size_t at = static_cast<size_t>(group) * p.outputs + output;
        const EightHalves scales = halves_at(p.scales, at);
        for (int k = 0; k < kOutputsPerLane; ++k) {
            y[k] += scales.at(k) * (dot[k] - 8.0f * h_sum);
        }
    }
};

template <> struct PlaneReader<WeightType::Q8_0> {
    static constexpr int kGroup = 32;
    struct Quants {
        EightBytes bytes;
        __device__ __forceinline__ float at(int k) const {
            return static_cast<float>(static_cast<int8_t>(bytes.at(k)));
        }
    };
    static __device__ __forceinline__ Quants load(const Planes & p, int input, int output) {
        return {bytes_at(p.quants, static_cast<size_t>(input) * p.outputs + output)};
    }
    static __device__ __forceinline__ void flush(const Planes & p, int group, int output, const float * dot,
                                                 float, float * y) {
        const size_t at = static_cast<size_t>(group) * p.outputs + output;
        const EightHalves scales = halves_at(p.scales, at);
        for (int k = 0; k < kOutputsPerLane; ++k) {
            y[k] += scales.at(k) * dot[k];
        }
    }
};

template <> struct PlaneReader<WeightType::Q4_K> {
    static constexpr int kGroup = 32;
    using Quants = NibbleQuants;
    static __device__ __forceinline__ Quants load(const Planes & p, int input, int output) {
        return PlaneReader<WeightType::Q4_0>::load(p, input, output);
    }
    static __device__ __forceinline__ void flush(const Planes & p, int group, int output, const float * dot,
                                                 float h_sum, float * y) {
        const size_t at = static_cast<size_t>(group) * p.outputs + output;
        const size_t d_at = static_cast<size_t>(group / 8) * 2 * p.outputs + output;
        const EightHalves d = halves_at(p.super, d_at);
        const EightHalves dmin = halves_at(p.super, d_at + p.outputs);
        const EightBytes scales = bytes_at(p.scales, at);
        const EightBytes mins = bytes_at(p.mins, at);
        for (int k = 0; k < kOutputsPerLane; ++k) {
            y[k] += d.at(k) * scales.at(k) * dot[k] - dmin.at(k) * mins.at(k) * h_sum;
        }
    }
};

template <> struct PlaneReader<WeightType::Q6_K> {
    static constexpr int kGroup = 16;
    struct Quants {
        uint32_t low;
        uint32_t high;
        __device__ __forceinline__ float at(int k) const {
            return static_cast<float>(((low >> (4 * k)) & 15u) | (((high >> (2 * k)) & 3u) << 4));
        }
    };
    static __device__ __forceinline__ Quants load(const Planes & p, int input, int output) {
        const size_t at = static_cast<size_t>(input) * (static_cast<size_t>(p.outputs) / 8) + output / 8;
        return {reinterpret_cast<const uint32_t *>(p.quants)[at],
                reinterpret_cast<const uint16_t *>(p.upper)[at]};
    }
    static __device__ __forceinline__ void flush(const Planes & p, int group, int output, const float * dot,
                                                 float h_sum, float * y) {
        const size_t at = static_cast<size_t>(group) * p.outputs + output;
        const size_t d_at = static_cast<size_t>(group / 16) * p.outputs + output;
        const EightHalves d = halves_at(p.super, d_at);
        const EightBytes scales = bytes_at(p.scales, at);
        for (int k = 0; k < kOutputsPerLane; ++k) {
            y[k] +=
                d.at(k) * static_cast<float>(static_cast<int8_t>(scales.at(k))) * (dot[k] - 32.0f * h_sum);
        }
    }
};

template <WeightType type> struct WidePlaneReader {
    static constexpr int kGroup = 1 << 30; // no scales: one group, flushed at the end
    struct Quants {
        uint4 words;
        __device__ __forceinline__ float at(int k) const {
            const uint32_t pair = k < 2 ? words.x : k < 4 ? words.y : k < 6 ? words.z : words.w;
            const uint16_t bits = static_cast<uint16_t>(pair >> (16 * (k % 2)));
            return type == WeightType::F16 ? half_bits_to_float(bits) : bf16_bits_to_float(bits);
        }
    };
    static __device__ __forceinline__ Quants load(const Planes & p, int input, int output) {
        const size_t at = static_cast<size_t>(input) * p.outputs + output;
        return {*reinterpret_cast<const uint4 *>(p.quants + 2 * at)};
    }
    static __device__ __forceinline__ void flush(const Planes &, int, int, const float * dot, float,
                                                 float * y) {
        for (int k = 0; k < kOutputsPerLane; ++k) {
            y[k] += dot[k];
        }
    }
};

template <> struct PlaneReader<WeightType::F16> : WidePlaneReader<WeightType::F16> {};
template <> struct PlaneReader<WeightType::BF16> : WidePlaneReader<WeightType::BF16> {};

} // namespace sp::cuda
