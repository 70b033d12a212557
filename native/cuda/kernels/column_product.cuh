#pragma once
// Kernel C: y = sum over a compact list of inputs i of value_i * W[:, i]. It is the down product of a sparse
// FFN and the column-skipping product of any linear with a sparse input (TEAL, Q-Sparse, Block Q-Sparse).

#include "planes.cuh"
#include "rows.cuh"

namespace sp::cuda {

/// Scratch of one launch: `partial` [splits][outputs] floats; `arrived` one zero per slice, zero again
/// afterwards.
struct SplitScratch {
    float * partial;
    unsigned * arrived;
};

/// Grid: (ceil(outputs / 256), splits). Block: 256 threads. Every warp takes a contiguous share of the list,
/// so its groups come in order; sums are combined warp by warp and split by split in a fixed order: the same
/// input gives the same bits.
template <WeightType type>
static __global__ void column_product(const Planes w, const CompactList list, const float * SP_RESTRICT bias,
                                      const SplitScratch scratch, float * SP_RESTRICT y) {
    using Reader = PlaneReader<type>;
    constexpr int kWarps = 8;
    constexpr int kAhead = sizeof(typename Reader::Quants) <= 4 ? 8 : 4; // rows in flight a lane
    alignas(16) __shared__ float sums[kWarps][kSlice];
    __shared__ bool last;

    const int lane = static_cast<int>(threadIdx.x % kWarpSize);
    const int warp = static_cast<int>(threadIdx.x / kWarpSize);
    const int output = static_cast<int>(blockIdx.x) * kSlice + lane * kOutputsPerLane;
    const bool active = output < w.outputs;
    const int splits = static_cast<int>(gridDim.y);
    const int total = *list.count;
    const int share = static_cast<int>(blockIdx.y) * kWarps + warp;
    const int shares = splits * kWarps;
    const int begin = static_cast<int>(static_cast<long long>(total) * share / shares);
    const int end = static_cast<int>(static_cast<long long>(total) * (share + 1) / shares);

    float acc[kOutputsPerLane] = {};
    float dot[kOutputsPerLane] = {};
    float h_sum = 0.0f;
    int group = -1;
    if (active) {
        for (int base = begin; base < end; base += kAhead) {
            typename Reader::Quants quants[kAhead];
            int ids[kAhead];
            float values[kAhead];
            for (int a = 0; a < kAhead; ++a) {
                const int i = base + a < end ? base + a : end - 1;
                ids[a] = list.ids[i];
                values[a] = base + a < end ? list.values[i] : 0.0f;
                quants[a] = Reader::load(w, ids[a], output);
            }
            for (int a = 0; a < kAhead; ++a) {
                const int own = ids[a] / Reader::kGroup;
                if (own != group) {
                    if (group >= 0) {
                        Reader::flush(w, group, output, dot, h_sum, acc);
                    }
                    for (int k = 0; k < kOutputsPerLane; ++k) {
                        dot[k] = 0.0f;
                    }
                    h_sum = 0.0f;
                    group = own;
                }
                h_sum += values[a];
                for (int k = 0; k < kOutputsPerLane; ++k) {
                    dot[k] += values[a] * quants[a].at(k);
                }
            }
        }
        if (group >= 0) {
            Reader::flush(w, group, output, dot, h_sum, acc);
        }
    }
    float4 * own_sums = reinterpret_cast<float4 *>(&sums[warp][lane * kOutputsPerLane]);
    own_sums[0] = make_float4(acc[0], acc[1], acc[2], acc[3]);
    own_sums[1] = make_float4(acc[4], acc[5], acc[6], acc[7]);
    __syncthreads();

    const int column = static_cast<int>(threadIdx.x);
    const int target = static_cast<int>(blockIdx.x) * kSlice + column;
    float sum = 0.0f;
    for (int i = 0; i < kWarps; ++i) {
        sum += sums[i][column];
    }
    if (target < w.outputs) {
        scratch.partial[static_cast<size_t>(blockIdx.y) * w.outputs + target] = sum;
    }
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) {
        last = atomicAdd(&scratch.arrived[blockIdx.x], 1u) == static_cast<unsigned>(splits) - 1u;
    }
    __syncthreads();
    if (last) {
        __threadfence();
        if (target < w.outputs) {
            float whole = bias != nullptr ? bias[target] : 0.0f;
            for (int s = 0; s < splits; ++s) {
                whole += static_cast<const volatile float *>(
                    scratch.partial)[static_cast<size_t>(s) * w.outputs + target];
            }
            y[target] = whole;
        }
        if (threadIdx.x == 0) {
            scratch.arrived[blockIdx.x] = 0;
        }
    }
}

} // namespace sp::cuda
