#pragma once
// Exact top-K without a sort: a histogram finds the K-th largest score, ties go to the lowest index.
// Sirius FSparse over gate scores; Q-Sparse §2.1 and TEAL's first passes over a linear's input.

#include "selection.cuh"

namespace sp::cuda {

constexpr int kRadixBits = 8;
constexpr int kRadixBuckets = 1 << kRadixBits;

/// Non-negative floats order as their bits do.
__device__ __forceinline__ uint32_t score_key(float score) {
#if defined(__CUDACC__)
    return __float_as_uint(score);
#else
    return simt::float_to_bits(score);
#endif
}

__device__ __forceinline__ float key_score(uint32_t key) {
#if defined(__CUDACC__)
    return __uint_as_float(key);
#else
    return simt::bits_to_float(key);
#endif
}

/// The K-th largest key and how many of the keys equal to it belong to the top K.
struct KthKey {
    uint32_t key;
    int ties_kept;
};

/// Called by one whole warp: finds the bucket, from the largest down, that holds the `remaining`-th key. A
/// lane has 8 neighbouring buckets; exactly one lane finds it among its own.
__device__ __forceinline__ void settle_bucket(const int * histogram, int shift, uint32_t & prefix,
                                              int & remaining) {
    constexpr int kOwn = kRadixBuckets / kWarpSize;
    const int lane = static_cast<int>(threadIdx.x);
    const int highest = kRadixBuckets - 1 - lane * kOwn;
    int own = 0;
    for (int b = 0; b < kOwn; ++b) {
        own += histogram[highest - b];
    }
    const int wanted = remaining;
    __syncwarp(); // every lane has read what one of them is about to write
    const int through = warp_prefix(own, lane);
    int left = wanted - (through - own);
    if (left > 0 && wanted <= through) {
        int bucket = highest;
        while (histogram[bucket] < left) {
            left -= histogram[bucket];
            --bucket;
        }
        prefix |= static_cast<uint32_t>(bucket) << shift;
        remaining = left;
    }
}

/// One block: four histogram passes of 8 bits, most significant first. `scores` are >= 0; k is 0..n.
/// kth->ties_kept is 0 and kth->key the largest possible when k is 0. The K-th score also goes to the
/// outcome, as the threshold that later passes may take. Block: 1024 threads.
static __global__ void find_kth_key(const float * SP_RESTRICT scores, int n, const int * SP_RESTRICT k_of,
                                    KthKey * SP_RESTRICT kth, Outcome * SP_RESTRICT outcome) {
    __shared__ int histogram[kRadixBuckets];
    __shared__ uint32_t prefix;
    __shared__ int remaining;
    const int k = *k_of < n ? *k_of : n;
    if (k <= 0) {
        if (threadIdx.x == 0) {
            *kth = KthKey{0xffffffffu, 0};
            outcome->boundary = 0.0f;
        }
        return;
    }
    if (threadIdx.x == 0) {
        prefix = 0;
        remaining = k;
    }
    for (int shift = 32 - kRadixBits; shift >= 0; shift -= kRadixBits) {
        for (int b = static_cast<int>(threadIdx.x); b < kRadixBuckets; b += static_cast<int>(blockDim.x)) {
            histogram[b] = 0;
        }
        __syncthreads();
        const uint32_t settled_mask = shift + kRadixBits == 32 ? 0u : 0xffffffffu << (shift + kRadixBits);
        for (int i = static_cast<int>(threadIdx.x); i < n; i += static_cast<int>(blockDim.x)) {
            const uint32_t key = score_key(scores[i]);
            if ((key & settled_mask) == prefix) {
                atomicAdd(&histogram[(key >> shift) & (kRadixBuckets - 1)], 1);
            }
        }
        __syncthreads();
        if (threadIdx.x < kWarpSize) {
            settle_bucket(histogram, shift, prefix, remaining);
        }
        __syncthreads();
    }
    if (threadIdx.x == 0) {
        *kth = KthKey{prefix, remaining};
        outcome->boundary = key_score(prefix);
    }
}

/// How many keys equal the K-th one in each chunk. Grid: chunks_of(n), block kChunk.
static __global__ void count_ties(const float * SP_RESTRICT scores, int n, const KthKey * SP_RESTRICT kth,
                                  int * SP_RESTRICT ties) {
    const int i = static_cast<int>(threadIdx.x);
    const int j = static_cast<int>(blockIdx.x) * kChunk + i;
    const unsigned ballot = __ballot_sync(kFullMask, j < n && score_key(scores[j]) == kth->key);
    if (i == 0) {
        ties[blockIdx.x] = __popc(ballot);
    }
}

/// Keeps what is above the K-th key, and the first `ties_kept` of those equal to it. `energies` are squared
/// and summed: the scores, or what they were made from. Grid: chunks_of(n), block kChunk.
static __global__ void select_top(const float * values, const float * scores, const float * energies, int n,
                                  const KthKey * SP_RESTRICT kth, const int * SP_RESTRICT ties,
                                  const Selection out) {
    __shared__ float value[kChunk];
    __shared__ float energy[kChunk];
    __shared__ bool keep[kChunk];
    const int chunk = static_cast<int>(blockIdx.x);
    const int i = static_cast<int>(threadIdx.x);
    const int j = chunk * kChunk + i;
    const bool valid = j < n;
    int earlier = 0;
    for (int c = i; c < chunk; c += kChunk) {
        earlier += ties[c];
    }
    const uint32_t key = valid ? score_key(scores[j]) : 0u;
    const bool tie = valid && key == kth->key;
    const unsigned ballot = __ballot_sync(kFullMask, tie);
    const int before = warp_sum(earlier) + rank_in_ballot(ballot, i);
    value[i] = valid ? values[j] : 0.0f;
    energy[i] = valid ? energies[j] : 0.0f;
    keep[i] = valid && (key > kth->key || (tie && before < kth->ties_kept));
    __syncthreads();
    compact_chunk(out, chunk, value, energy, keep);
}

} // namespace sp::cuda
