#pragma once

#include "../platform.cuh"

namespace sp::cuda {

/// Lanes below this one that are set in a ballot.
__device__ __forceinline__ int rank_in_ballot(unsigned ballot, int lane) {
    return __popc(ballot & ((1u << lane) - 1u));
}

/// Sum over a full warp of whole numbers; every lane gets it.
__device__ __forceinline__ int warp_sum(int value) {
    for (int offset = kWarpSize / 2; offset > 0; offset >>= 1) {
        value += __shfl_xor_sync(kFullMask, value, offset);
    }
    return value;
}

/// Inclusive prefix sum over the lanes of a full warp.
__device__ __forceinline__ int warp_prefix(int value, int lane) {
    for (int offset = 1; offset < kWarpSize; offset <<= 1) {
        const int below = __shfl_up_sync(kFullMask, value, offset);
        value += lane >= offset ? below : 0;
    }
    return value;
}

/// Exclusive prefix sum of `counts[0..n)` into shared `prefix[0..n]` (`prefix[n]` is the total). Every thread
/// of the block has to call, in whole warps; the result is visible to all of them on return. A thread adds up
/// neighbouring counts, so that the loads of a block are in flight together.
static __device__ __forceinline__ void block_prefix(const int * SP_RESTRICT counts, int n, int * prefix) {
    __shared__ int totals[kWarpSize];
    const int thread = static_cast<int>(threadIdx.x);
    const int threads = static_cast<int>(blockDim.x);
    const int lane = thread % kWarpSize;
    const int warp = thread / kWarpSize;
    const int share = (n + threads - 1) / threads;
    const int begin = thread * share < n ? thread * share : n;
    const int end = begin + share < n ? begin + share : n;
    int own = 0;
    for (int i = begin; i < end; ++i) {
        own += counts[i];
    }
    const int inclusive = warp_prefix(own, lane);
    if (lane == kWarpSize - 1) {
        totals[warp] = inclusive;
    }
    __syncthreads();
    const int below = warp_sum(lane < warp ? totals[lane] : 0);
    int running = below + inclusive - own;
    for (int i = begin; i < end; ++i) {
        prefix[i] = running;
        running += counts[i];
    }
    if (thread == threads - 1) {
        prefix[n] = running;
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
