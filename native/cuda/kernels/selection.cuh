#pragma once
// What a selector hands on: kept indices and values in ascending order, in chunks with a count each.
// Counts stay on the device, so nothing waits for the host and the launches can live in a CUDA graph.

#include "scan.cuh"

namespace sp::cuda {

constexpr int kChunk = kWarpSize; // indices a block decides on, one a lane of the warp that compacts them
constexpr int kMaxChunks = 2048;  // 65,536 neurons or channels

/// Device memory of a selection over `n` candidates: chunks = ceil(n / kChunk).
struct Selection {
    int * counts;        // [chunks]
    int * ids;           // [chunks][kChunk], the first counts[c] valid
    float * values;      // [chunks][kChunk], what each kept index carries (act(gate), or the input channel)
    float * kept_energy; // [chunks] sum of squared scores kept
    float * skipped_energy; // [chunks] sum of squared scores skipped: the risk that checks are triggered by
};

/// What a pass turned out to keep. Device memory; written by every pass that selects.
struct Outcome {
    int kept;
    float kept_energy;    // sum of squared scores
    float skipped_energy; // sum of squared scores
    float boundary;       // of a top-K pass, the K-th largest score
};

__host__ __device__ constexpr int chunks_of(int n) { return (n + kChunk - 1) / kChunk; }

/// Compacts one chunk: candidate `first + i` for i in 0..kChunk has `value[i]`, `score[i]` (0 beyond the end)
/// and is kept when `keep[i]`. All three are shared memory. Called after a __syncthreads(), by every thread
/// of the block; its first warp does it.
__device__ __forceinline__ void compact_chunk(const Selection & out, int chunk, const float * value,
                                              const float * score, const bool * keep) {
    const int i = static_cast<int>(threadIdx.x);
    if (i >= kChunk) {
        return;
    }
    const bool kept = keep[i];
    const unsigned ballot = __ballot_sync(kFullMask, kept);
    const float squared = score[i] * score[i];
    const float kept_sum = warp_sum(kept ? squared : 0.0f);
    const float skipped_sum = warp_sum(kept ? 0.0f : squared);
    if (kept) {
        const int position = chunk * kChunk + rank_in_ballot(ballot, i);
        out.ids[position] = chunk * kChunk + i;
        out.values[position] = value[i];
    }
    if (i == 0) {
        out.counts[chunk] = __popc(ballot);
        out.kept_energy[chunk] = kept_sum;
        out.skipped_energy[chunk] = skipped_sum;
    }
}

/// Adds the energies of all chunks up, in a fixed order. Called by the whole first warp of one block.
__device__ __forceinline__ void sum_outcome(const Selection & selected, int chunks, int kept,
                                            Outcome * SP_RESTRICT outcome) {
    const int lane = static_cast<int>(threadIdx.x);
    float kept_sum = 0.0f;
    float skipped_sum = 0.0f;
    for (int c = lane; c < chunks; c += kWarpSize) {
        kept_sum += selected.kept_energy[c];
        skipped_sum += selected.skipped_energy[c];
    }
    kept_sum = warp_sum(kept_sum);
    skipped_sum = warp_sum(skipped_sum);
    if (lane == 0) {
        outcome->kept = kept;
        outcome->kept_energy = kept_sum;
        outcome->skipped_energy = skipped_sum;
    }
}

} // namespace sp::cuda
