#pragma once
// One source for two machines: nvcc compiles the kernels for a GPU, a C++ compiler compiles the very same
// kernels against the SIMT emulator in test/simt.h, so that index, compaction and reduction logic is tested
// without a GPU.

#include <cstddef>
#include <cstdint>

#if defined(__CUDACC__)
#include <cuda_fp16.h>
#include <cuda_runtime.h>
#define SP_RESTRICT __restrict__
#define SP_PRAGMA(text) _Pragma(#text)
/// Iterations whose loads are in flight together: a warp has to hide a trip to memory with few neighbours.
#define SP_UNROLL(n) SP_PRAGMA(unroll n)
#define SP_BLOCK_OF(threads) __launch_bounds__(threads)
#else
#include "test/simt.h"
#define SP_RESTRICT
#define SP_UNROLL(n)
#define SP_BLOCK_OF(threads)
#endif

namespace sp::cuda {

constexpr int kWarpSize = 32;
constexpr unsigned kFullMask = 0xffffffffu;

/// IEEE binary16 bits to float.
__device__ __forceinline__ float half_bits_to_float(uint16_t bits) {
#if defined(__CUDACC__)
    return __half2float(__ushort_as_half(bits));
#else
    return simt::half_bits_to_float(bits);
#endif
}

/// bfloat16 bits to float.
__device__ __forceinline__ float bf16_bits_to_float(uint16_t bits) {
    const uint32_t wide = static_cast<uint32_t>(bits) << 16;
#if defined(__CUDACC__)
    return __uint_as_float(wide);
#else
    return simt::bits_to_float(wide);
#endif
}

/// a / b rounded as IEEE 754 has it, also where the compiler may approximate divisions (-use_fast_math): the
/// bits of quantised inputs must not depend on compiler flags.
__device__ __forceinline__ float exact_divide(float a, float b) {
#if defined(__CUDACC__)
    return __fdiv_rn(a, b);
#else
    return a / b;
#endif
}

/// Four bytes at a 2-byte aligned address (blocks of 34, 18 and 210 bytes are not 4-byte aligned).
__device__ __forceinline__ int load_int_2aligned(const void * address) {
    const uint16_t * half_words = static_cast<const uint16_t *>(address);
    return static_cast<int>(static_cast<uint32_t>(half_words[0]) |
                            (static_cast<uint32_t>(half_words[1]) << 16));
}

/// Four bytes at a 4-byte aligned address.
__device__ __forceinline__ int load_int_4aligned(const void * address) {
    return *static_cast<const int *>(address);
}

/// Sum over a full warp; every lane gets the result. The order of additions is fixed.
__device__ __forceinline__ float warp_sum(float value) {
    for (int offset = kWarpSize / 2; offset > 0; offset >>= 1) {
        value += __shfl_xor_sync(kFullMask, value, offset);
    }
    return value;
}

/// Largest of a full warp; every lane gets it.
__device__ __forceinline__ float warp_max(float value) {
    for (int offset = kWarpSize / 2; offset > 0; offset >>= 1) {
        value = fmaxf(value, __shfl_xor_sync(kFullMask, value, offset));
    }
    return value;
}

} // namespace sp::cuda
