#pragma once
// A small SIMT emulator: the kernels of ../kernels compiled as C++ and run block by block, a fiber per
// thread. Barriers, shuffles and ballots rendezvous as on a GPU; a thread that skips one deadlocks, which is
// reported as an error.

#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
// in a section of its own, so that it can be poisoned before every block
#if defined(__ELF__)
#define __shared__ static __attribute__((section("simt_shared")))
#else
#define __shared__ static
#endif

namespace simt {

struct Dim {
    unsigned x = 1, y = 1, z = 1;
};

/// What the running fiber sees.
struct Thread {
    Dim thread, block, block_size, grid_size;
};
const Thread & current();

void sync_threads();
void sync_warp();
/// Lane `source`'s 32 bits, once all 32 lanes of the warp have called.
uint32_t exchange(uint32_t bits, int source);
unsigned ballot(bool predicate);
int lane();

/// In which order blocks run, and the threads of a block between two rendezvous. A kernel has to give the
/// same whatever it is.
enum class Order { Forward, Reversed, Random };
void set_order(Order order, unsigned seed = 0);

/// Runs `kernel` for every thread of every block, one block after another, its shared memory poisoned before.
void launch(Dim grid, Dim block, const std::function<void()> & kernel);

inline float bits_to_float(uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

inline uint32_t float_to_bits(float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

float half_bits_to_float(uint16_t bits);

template <typename T> T exchange_as(T value, int source) {
    static_assert(sizeof(T) == 4);
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    bits = exchange(bits, source);
    std::memcpy(&value, &bits, 4);
    return value;
}

} // namespace simt

#define threadIdx (::simt::current().thread)
#define blockIdx (::simt::current().block)
#define blockDim (::simt::current().block_size)
#define gridDim (::simt::current().grid_size)

struct alignas(8) uint2 {
    uint32_t x, y;
};
struct alignas(16) uint4 {
    uint32_t x, y, z, w;
};
struct alignas(16) float4 {
    float x, y, z, w;
};
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }

inline void __syncthreads() { simt::sync_threads(); }
inline void __syncwarp() { simt::sync_warp(); }
inline void __threadfence() {}
template <typename T> T __shfl_xor_sync(unsigned, T value, int mask) {
    return simt::exchange_as(value, simt::lane() ^ mask);
}
template <typename T> T __shfl_sync(unsigned, T value, int source) {
    return simt::exchange_as(value, source);
}
template <typename T> T __shfl_up_sync(unsigned, T value, int delta) {
    const int source = simt::lane() - delta;
    return simt::exchange_as(value, source < 0 ? simt::lane() : source);
}
inline unsigned __ballot_sync(unsigned, bool predicate) { return simt::ballot(predicate); }
inline int __popc(unsigned value) { return __builtin_popcount(value); }
template <typename T> T atomicAdd(T * address, T value) {
    const T before = *address;
    *address = before + value;
    return before;
}
/// Signed 4 x int8 dot product.
inline int __dp4a(int a, int b, int c) {
    for (int i = 0; i < 4; ++i) {
        c += static_cast<int8_t>(static_cast<uint32_t>(a) >> (8 * i)) *
             static_cast<int8_t>(static_cast<uint32_t>(b) >> (8 * i));
    }
    return c;
}
