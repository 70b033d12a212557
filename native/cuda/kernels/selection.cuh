#pragma once
// What a selector hands on: kept indices and values in ascending order, in chunks with a count each.
// Counts stay on the device, so nothing waits for the host and the launches can live in a CUDA graph.

#include "scan.cuh"

namespace sp::cuda {

constexpr int kChunk = 64;       // indices a block decides on
constexpr int kMaxChunks = 1024; // 65,536 neurons or channels

/// Device memory of a selection over `n` candidates: chunks = ceil(n / kChunk).
struct Selection {
    int * counts;        // [chunks]
    int * ids;           // [chunks][kChunk], the first counts[c] valid
    float * values;      // [chunks][kChunk], what each kept index carries (act(gate), or the input channel)
    float * kept_energy; // [chunks] sum of squared scores kept
    float * skipped_energy; // [chunks] sum of squared scores skipped: the risk that checks are triggered by
};

__host__ __device__ constexpr int chunks_of(int n) { return (n + kChunk - 1) / kChunk; }

/// Compacts one chunk: candidate `first + i` for i in 0..kChunk has `value[i]`, `score[i]` (0 beyond the end)
/// and is kept when `keep[i]`. All three are shared memory. Called by every thread of the block, after a
/// __syncthreads().
__device__ __forceinline__ void compact_chunk(const Selection & out, int chunk, const float * value,
                                              const float * score, const bool * keep) {
    __shared__ int lower_half;
    __shared__ float energy[2][2];
    const int i = static_cast<int>(threadIdx.x);
    const int lane = i % kWarpSize;
    const bool active = i < kChunk;
    const bool kept = active && keep[i];
    unsigned ballot = 0;
    if (active) {
        ballot = __ballot_sync(kFullMask, kept);
        const float squared = score[i] * score[i];
        const float kept_sum = warp_sum(kept ? squared : 0.0f);
        const float skipped_sum = warp_sum(kept ? 0.0f : squared);
        if (lane == 0) {
            energy[i / kWarpSize][0] = kept_sum;
            energy[i / kWarpSize][1] = skipped_sum;
        }
        if (i == 0) {
            lower_half = __popc(ballot);
        }
    }
    __syncthreads();
    if (kept) {
        const int position = rank_in_ballot(ballot, lane) + (i < kWarpSize ? 0 : lower_half);
        out.ids[chunk * kChunk + position] = chunk * kChunk + i;
        out.values[chunk * kChunk + position] = value[i];
    }
    if (i == kWarpSize) {
        out.counts[chunk] = lower_half + __popc(ballot);
        out.kept_energy[chunk] = energy[0][0] + energy[1][0];
        out.skipped_energy[chunk] = energy[0][1] + energy[1][1];
    }
}

} // namespace sp::cuda
