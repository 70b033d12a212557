#pragma once
// Which input channels of a linear are read, as selectors/input-selectors.h has it on the processor: TEAL's
// threshold, Q-Sparse's scores, Block Q-Sparse. The energies that are kept and skipped are those of the
// inputs, whatever the score.

#include "topk_select.cuh"

namespace sp::cuda {

/// |x_i|, times the norm of column i when given (WINA); 0 where that is no number.
__device__ __forceinline__ float input_score(const float * x, const float * column_norms, int i) {
    constexpr uint32_t kExponent = 0x7f800000u;
    const float score = fabsf(x[i]) * (column_norms != nullptr ? column_norms[i] : 1.0f);
    return (score_key(score) & kExponent) == kExponent ? 0.0f : score;
}

/// Scores for an exact top-K. Grid-stride.
static __global__ void input_scores(const float * SP_RESTRICT x, const float * SP_RESTRICT column_norms,
                                    int n, float * SP_RESTRICT scores) {
    const int stride = static_cast<int>(gridDim.x * blockDim.x);
    for (int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); i < n; i += stride) {
        scores[i] = input_score(x, column_norms, i);
    }
}

/// Scores as int8 of the largest, as Q-Sparse selects. One block of 1024 threads.
static __global__ void quantised_input_scores(const float * SP_RESTRICT x,
                                              const float * SP_RESTRICT column_norms, int n,
                                              float * SP_RESTRICT scores) {
    __shared__ float largest_of[kWarpSize];
    const int thread = static_cast<int>(threadIdx.x);
    const int threads = static_cast<int>(blockDim.x);
    float largest = 0.0f;
    for (int i = thread; i < n; i += threads) {
        largest = fmaxf(largest, input_score(x, column_norms, i));
    }
    largest = warp_max(largest);
    if (thread < kWarpSize) {
        largest_of[thread] = 0.0f;
    }
    __syncthreads();
    if (thread % kWarpSize == 0) {
        largest_of[thread / kWarpSize] = largest;
    }
    __syncthreads();
    largest = warp_max(largest_of[thread % kWarpSize]);
    const float factor = largest > 0.0f ? exact_divide(127.0f, largest) : 0.0f;
    for (int i = thread; i < n; i += threads) {
        scores[i] = rintf(input_score(x, column_norms, i) * factor);
    }
}

/// score >= threshold (TEAL). Grid: chunks_of(n), block kChunk.
static __global__ void select_inputs_above(const float * SP_RESTRICT x,
                                           const float * SP_RESTRICT column_norms, int n,
                                           const float * SP_RESTRICT threshold, const Selection out) {
    __shared__ float value[kChunk];
    __shared__ bool keep[kChunk];
    const int i = static_cast<int>(threadIdx.x);
    const int j = static_cast<int>(blockIdx.x) * kChunk + i;
    value[i] = j < n ? x[j] : 0.0f;
    keep[i] = j < n && input_score(x, column_norms, j) >= *threshold;
    __syncthreads();
    compact_chunk(out, static_cast<int>(blockIdx.x), value, value, keep);
}

/// The K largest of every block of 32 channels, the lower index first (Block Q-Sparse §2.3). Grid:
/// chunks_of(n), block kChunk.
static __global__ void select_inputs_of_blocks(const float * SP_RESTRICT x,
                                               const float * SP_RESTRICT column_norms, int n,
                                               const int * SP_RESTRICT k_of_block, const Selection out) {
    __shared__ float value[kChunk];
    __shared__ bool keep[kChunk];
    const int i = static_cast<int>(threadIdx.x);
    const int j = static_cast<int>(blockIdx.x) * kChunk + i;
    const float own = j < n ? input_score(x, column_norms, j) : -1.0f;
    int rank = 0;
    for (int other = 0; other < kWarpSize; ++other) {
        const float theirs = __shfl_sync(kFullMask, own, other);
        rank += theirs > own || (theirs == own && other < i) ? 1 : 0;
    }
    value[i] = j < n ? x[j] : 0.0f;
    keep[i] = j < n && rank < *k_of_block;
    __syncthreads();
    compact_chunk(out, static_cast<int>(blockIdx.x), value, value, keep);
}

} // namespace sp::cuda
