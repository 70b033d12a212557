#pragma once
// The quantisation blocks of GGUF (ggml-common.h), restated so that kernels need no ggml header.
// test/ffn-kernels.test.cpp asserts sizes and meaning against ggml's own dequantisation.

#include "platform.cuh"

namespace sp::cuda {

struct BlockQ8_0 {
    uint16_t d;
    int8_t qs[32];
};

struct BlockQ4_0 {
    uint16_t d;
    uint8_t qs[16];
};

struct BlockQ4_K {
    uint16_t d;
    uint16_t dmin;
    uint8_t scales[12];
    uint8_t qs[128];
};

struct BlockQ6_K {
    uint8_t ql[128];
    uint8_t qh[64];
    int8_t scales[16];
    uint16_t d;
};

static_assert(sizeof(BlockQ8_0) == 34 && sizeof(BlockQ4_0) == 18, "GGUF block size");
static_assert(sizeof(BlockQ4_K) == 144 && sizeof(BlockQ6_K) == 210, "GGUF block size");

/// The weight types that have kernels here. Values are our own, not ggml's.
enum class WeightType : int { Q4_0, Q8_0, Q4_K, Q6_K, F16, BF16 };

/// Weights in one block: the unit of a row's length.
__host__ __device__ constexpr int block_length(WeightType type) {
    switch (type) {
    case WeightType::Q4_0:
    case WeightType::Q8_0:
        return 32;
    case WeightType::Q4_K:
    case WeightType::Q6_K:
        return 256;
    default:
        return 1;
    }
}

/// Bytes of one block.
__host__ __device__ constexpr size_t block_bytes(WeightType type) {
    switch (type) {
    case WeightType::Q4_0:
        return sizeof(BlockQ4_0);
    case WeightType::Q8_0:
        return sizeof(BlockQ8_0);
    case WeightType::Q4_K:
        return sizeof(BlockQ4_K);
    case WeightType::Q6_K:
        return sizeof(BlockQ6_K);
    default:
        return sizeof(uint16_t);
    }
}

/// 6-bit scale and minimum of sub-block `j` (0..7) of a Q4_K block.
__device__ __forceinline__ void q4k_scale_min(const uint8_t * packed, int j, uint8_t & scale, uint8_t & min) {
    if (j < 4) {
        scale = packed[j] & 63;
        min = packed[j + 4] & 63;
    } else {
        scale = static_cast<uint8_t>((packed[j + 4] & 0x0f) | ((packed[j - 4] >> 6) << 4));
        min = static_cast<uint8_t>((packed[j + 4] >> 4) | ((packed[j] >> 6) << 4));
    }
}

} // namespace sp::cuda
