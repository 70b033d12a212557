#pragma once
// Kernel B: the up product for the selected neurons only; whole rows, so the stock layout serves.

#include "activation.cuh"
#include "row_dot.cuh"
#include "selection.cuh"

namespace sp::cuda {

/// A compact list on the device: `ids` ascending, `values` (the hidden activations h), `count` one int.
struct CompactList {
    int * ids;
    float * values;
    int * count;
};

/// h_i = value_i * (up[id_i] . x + bias). Persistent: any grid, 256 threads; a warp takes every (warps)-th
/// neuron.
template <WeightType type>
static __global__ void up_rows(const void * SP_RESTRICT up, const float * SP_RESTRICT bias,
                               const QuantizedInput x, int d, int f, const Selection selected,
                               const CompactList out, Outcome * SP_RESTRICT outcome) {
    __shared__ int prefix[kMaxChunks + 1];
    const int chunks = chunks_of(f);
    block_prefix(selected.counts, chunks, prefix);
    const int total = prefix[chunks];
    const int lane = static_cast<int>(threadIdx.x % kWarpSize);
    const int warps = static_cast<int>(gridDim.x * blockDim.x / kWarpSize);
    for (int i = static_cast<int>((blockIdx.x * blockDim.x + threadIdx.x) / kWarpSize); i < total;
         i += warps) {
        const int chunk = chunk_of(prefix, chunks, i);
        const int slot = chunk * kChunk + i - prefix[chunk];
        const int id = selected.ids[slot];
        float u = row_dot<type>(up, id, x, d, lane);
        u += bias != nullptr ? bias[id] : 0.0f;
        if (lane == 0) {
            out.ids[i] = id;
            out.values[i] = selected.values[slot] * u;
        }
    }
    if (blockIdx.x == 0 && threadIdx.x < kWarpSize) {
        if (lane == 0) {
            *out.count = total;
        }
        sum_outcome(selected, chunks, total, outcome);
    }
}

/// The compact list of a selection, values unchanged (input sparsity, and FFNs without an up product). Grid:
/// chunks.
static __global__ void compact_list(int n, const Selection selected, const CompactList out,
                                    Outcome * SP_RESTRICT outcome) {
    __shared__ int prefix[kMaxChunks + 1];
    const int chunks = chunks_of(n);
    block_prefix(selected.counts, chunks, prefix);
    const int chunk = static_cast<int>(blockIdx.x);
    for (int i = static_cast<int>(threadIdx.x); i < selected.counts[chunk];
         i += static_cast<int>(blockDim.x)) {
        out.ids[prefix[chunk] + i] = selected.ids[chunk * kChunk + i];
        out.values[prefix[chunk] + i] = selected.values[chunk * kChunk + i];
    }
    if (chunk == 0 && threadIdx.x < kWarpSize) {
        if (threadIdx.x == 0) {
            *out.count = prefix[chunks];
        }
        sum_outcome(selected, chunks, prefix[chunks], outcome);
    }
}

/// Gate and up of an FFN, [f] rows of d each. Biases may be null; without `up` the FFN is not gated.
struct HeldRows {
    const void * gate;
    const float * gate_bias;
    const void * up;
    const float * up_bias;
    Activation activation;
    int d;
};

/// The fixed and rolling forms: gate and up of a held list in place, h_i = act(gate[id_i] . x) * (up[id_i] .
/// x).
template <WeightType gate_type, WeightType up_type>
static __global__ void held_rows(const HeldRows rows, const QuantizedInput x, const CompactList held,
                                 float * SP_RESTRICT h) {
    const int total = *held.count;
    const int lane = static_cast<int>(threadIdx.x % kWarpSize);
    const int warps = static_cast<int>(gridDim.x * blockDim.x / kWarpSize);
    for (int i = static_cast<int>((blockIdx.x * blockDim.x + threadIdx.x) / kWarpSize); i < total;
         i += warps) {
        const int id = held.ids[i];
        const float g = row_dot<gate_type>(rows.gate, id, x, rows.d, lane) +
                        (rows.gate_bias != nullptr ? rows.gate_bias[id] : 0.0f);
        float u = 1.0f;
        if (rows.up != nullptr) {
            u = row_dot<up_type>(rows.up, id, x, rows.d, lane) +
                (rows.up_bias != nullptr ? rows.up_bias[id] : 0.0f);
        }
        if (lane == 0) {
            h[i] = activate(rows.activation, g) * u;
        }
    }
}

} // namespace sp::cuda
