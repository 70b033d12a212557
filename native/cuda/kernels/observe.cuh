#pragma once
// What a dense pass teaches about an FFN's neurons, without its activations leaving the device: sums over
// tokens of (z_j / ||z||)^2, z = act(gate) * up (GRIFFIN section 3), as Session::observe has it on the
// processor.

#include "activation.cuh"
#include "scan.cuh"
#include "selection.cuh"

namespace sp::cuda {

/// What the FFN's first products gave, [tokens][neurons]; `gate` null: not gated, up alone is activated.
struct ObservedRows {
    const float * gate;
    const float * up;
    Activation activation;
    int neurons;
    int tokens;
};

__device__ __forceinline__ float hidden_of(const ObservedRows & rows, int token, int neuron) {
    const size_t at = static_cast<size_t>(token) * static_cast<size_t>(rows.neurons) + neuron;
    const float up = rows.up[at];
    return rows.gate != nullptr ? activate(rows.activation, rows.gate[at]) * up
                                : activate(rows.activation, up);
}

/// 1 / ||z||^2 of every token; 0 where that is no number. Grid: tokens. Block: 256 threads.
static __global__ void observed_energies(const ObservedRows rows, float * SP_RESTRICT inverse) {
    __shared__ float sums[kWarpSize];
    const int thread = static_cast<int>(threadIdx.x);
    const int token = static_cast<int>(blockIdx.x);
    float own = 0.0f;
    for (int j = thread; j < rows.neurons; j += static_cast<int>(blockDim.x)) {
        const float z = hidden_of(rows, token, j);
        own += z * z;
    }
    own = warp_sum(own);
    if (thread < kWarpSize) {
        sums[thread] = 0.0f;
    }
    __syncthreads();
    if (thread % kWarpSize == 0) {
        sums[thread / kWarpSize] = own;
    }
    __syncthreads();
    const float energy = warp_sum(sums[thread % kWarpSize]);
    if (thread == 0) {
        inverse[token] = energy > 0.0f && energy <= 3.0e38f ? exact_divide(1.0f, energy) : 0.0f;
    }
}

/// Adds the tokens to what was seen before, which shrinks by `decay` a token. `seen` counts them in its
/// `kept`. Grid: ceil(neurons / 256). Block: 256 threads.
static __global__ void add_importance(const ObservedRows rows, const float * SP_RESTRICT inverse,
                                      const float * SP_RESTRICT decay, float * SP_RESTRICT importance,
                                      Outcome * SP_RESTRICT seen) {
    const int j = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    if (j == 0) {
        seen->kept += rows.tokens;
    }
    if (j >= rows.neurons) {
        return;
    }
    float sum = 0.0f;
    for (int t = 0; t < rows.tokens; ++t) {
        const float weight = inverse[t];
        if (weight > 0.0f) {
            const float z = hidden_of(rows, t, j);
            sum += z * z * weight;
        }
    }
    importance[j] = importance[j] * powf(*decay, static_cast<float>(rows.tokens)) + sum;
}

} // namespace sp::cuda
