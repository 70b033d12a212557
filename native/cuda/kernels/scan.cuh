#pragma once

#include "../platform.cuh"

namespace sp::cuda {

/// Lanes below this one that are set in a ballot.
__device__ __forceinline__ int rank_in_ballot(unsigned ballot, int lane) {
    return __popc(ballot & ((1u << lane) - 1u));
}

/// Exclusive prefix sum of `counts[0..n)` into shared `prefix[0..n]` (`prefix[n]` is the total), by warp 0 of
/// a block. Every thread of the block has to call; the result is visible to all of them on return.
__device__ __forceinline__ void block_prefix(const int * SP_RESTRICT counts, int n, int * prefix) {
    if (threadIdx.x < kWarpSize) {
        const int lane = static_cast<int>(threadIdx.x);
        int running = 0;
        for (int base = 0; base < n; base += kWarpSize) {
            const int own = base + lane < n ? counts[base + lane] : 0;
            int inclusive = own;
            for (int offset = 1; offset < kWarpSize; offset <<= 1) {
                const int below = __shfl_up_sync(kFullMask, inclusive, offset);
                inclusive += lane >= offset ? below : 0;
            }
            if (base + lane < n) {
                prefix[base + lane] = running + inclusive - own;
            }
            running += __shfl_sync(kFullMask, inclusive, kWarpSize - 1);
        }
        if (lane == 0) {
            prefix[n] = running;
        }
    }
    __syncthreads();
}

/// The largest c with prefix[c] <= i, for 0 <= i < prefix[n].
__device__ __forceinline__ int chunk_of(const int * prefix, int n, int i) {
    int low = 0;
    int high = n;
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        if (prefix[middle] <= i) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

} // namespace sp::cuda
