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
#define __shared__ static

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
/// Lane `source`'s 32 bits, once all 32 lanes of the warp have called.
uint32_t exchange(uint32_t bits, int source);
unsigned ballot(bool predicate);
int lane();

/// Runs `kernel` for every thread of every block, blocks in order.
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

inline void __syncthreads() { simt::sync_threads(); }
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
