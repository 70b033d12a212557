#pragma once
// Kernel A of the threshold form (CATS §3, CHESS): dense gate product, activation, weighted threshold,
// compaction.

#include "activation.cuh"
#include "row_dot.cuh"
#include "selection.cuh"

namespace sp::cuda {

/// The inputs of the gate pass. Pointers marked optional may be null.
struct GateArguments {
    const void * weights;         // [f] rows of d, stock layout
    const float * bias;           // [f], optional
    const float * neuron_weights; // [f] contribution weights of the profile (CHESS), optional: 1
    const float * threshold;      // [1] device memory, so that a request changes it without a new graph
    Activation activation;
    int d;
    int f;
};

/// Threads of a gate_select block: two rows a warp, and blocks that fit every kind of multiprocessor evenly.
constexpr int kGateThreads = 512;

/// Grid: chunks_of(f). Block: kGateThreads. Keeps neuron j when |act(g_j)| * w_j >=
/// threshold.
template <WeightType type>
static __global__ void SP_BLOCK_OF(kGateThreads)
    gate_select(const GateArguments gate, const QuantizedInput x, const Selection out) {
    __shared__ float value[kChunk];
    __shared__ float score[kChunk];
    __shared__ bool keep[kChunk];
    const int lane = static_cast<int>(threadIdx.x % kWarpSize);
    const int warp = static_cast<int>(threadIdx.x / kWarpSize);
    const int warps = static_cast<int>(blockDim.x / kWarpSize);
    const int chunk = static_cast<int>(blockIdx.x);
    const float threshold = *gate.threshold;
    for (int i = warp; i < kChunk; i += warps) {
        const int j = chunk * kChunk + i;
        float activated = 0.0f;
        float weighted = 0.0f;
        if (j < gate.f) {
            float g = row_dot<type>(gate.weights, j, x, gate.d, lane);
            g += gate.bias != nullptr ? gate.bias[j] : 0.0f;
            activated = activate(gate.activation, g);
            weighted = fabsf(activated) * (gate.neuron_weights != nullptr ? gate.neuron_weights[j] : 1.0f);
        }
        if (lane == 0) {
            value[i] = activated;
            score[i] = weighted;
            keep[i] = j < gate.f && weighted >= threshold;
        }
    }
    __syncthreads();
    compact_chunk(out, chunk, value, score, keep);
}

/// The dense gate pass alone: activations and scores of all neurons, for the top-K selectors. Any grid,
/// 256 threads.
template <WeightType type>
static __global__ void gate_scores(const GateArguments gate, const QuantizedInput x,
                                   float * SP_RESTRICT activated, float * SP_RESTRICT scores) {
    const int lane = static_cast<int>(threadIdx.x % kWarpSize);
    const int warps = static_cast<int>(gridDim.x * blockDim.x / kWarpSize);
    for (int j = static_cast<int>((blockIdx.x * blockDim.x + threadIdx.x) / kWarpSize); j < gate.f;
         j += warps) {
        float g = row_dot<type>(gate.weights, j, x, gate.d, lane);
        g += gate.bias != nullptr ? gate.bias[j] : 0.0f;
        if (lane == 0) {
            const float a = activate(gate.activation, g);
            activated[j] = a;
            scores[j] = fabsf(a) * (gate.neuron_weights != nullptr ? gate.neuron_weights[j] : 1.0f);
        }
    }
}

} // namespace sp::cuda
