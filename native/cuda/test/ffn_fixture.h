#pragma once
// An FFN of random weights in memory that kernels reach, and what the masked-dense reference makes of it. It
// is the same under nvcc, on a GPU, and in the emulator.

#include "../sparse_ops.cuh"
#include "checks.h"
#include "device_array.h"
#include "reference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace sp::cuda::test {

constexpr Stream kStream = 0;
inline const std::vector<WeightType> kTypes = {WeightType::Q4_0, WeightType::Q8_0, WeightType::Q4_K,
                                               WeightType::Q6_K, WeightType::F16,  WeightType::BF16};

/// Norm-wise, and of scores at a border. ggml's target is compiled with -use_fast_math, whose tanh is good to
/// 2^-11.
inline double tolerance_of(Activation activation) {
#if defined(__CUDACC__)
    return activation == Activation::GELU ? 1e-3 : 1e-4;
#else
    (void)activation;
    return 1e-4;
#endif
}

struct Shape {
    int d;
    int f;
};

inline std::vector<Shape> shapes_of(WeightType type) {
    if (block_length(type) == 256) {
        return {{256, 256}, {512, 768}};
    }
    if (block_length(type) == 1) {
        return {{32, 64}, {64, 100}, {576, 224}};
    }
    return {{32, 64}, {96, 160}, {576, 224}};
}

/// Types of gate, up and down, and what an FFN may have or lack.
struct Kind {
    WeightType gate, up, down;
    bool biases = true;
    bool weighted = true;
    bool gated = true;
};
inline Kind all_of(WeightType type) { return {type, type, type}; }

/// A whole FFN: host matrices, which it shares, their device copies, planes and scratch memory, poisoned
/// before use.
struct FfnFixture {
    FfnFixture(Kind kind, Shape shape, Activation activation, Random & random)
        : kind(kind), shape(shape), activation(activation),
          gate(shared_weights(kind.gate, shape.f, shape.d, 1)),
          up(shared_weights(kind.up, shape.f, shape.d, 2)),
          down(shared_weights(kind.down, shape.d, shape.f, 3)), neuron_weights(weights_of(random)),
          gate_bias(bias_of(shape.f, random)), up_bias(bias_of(shape.f, random)),
          down_bias(bias_of(shape.d, random)), x(random_vector(shape.d, random)), gate_bytes(gate.bytes),
          up_bytes(up.bytes), down_bytes(down.bytes), weights_device(neuron_weights),
          gate_bias_device(gate_bias), up_bias_device(up_bias), down_bias_device(down_bias), x_device(x),
          planes_bytes(plane_offsets(kind.down, shape.d, shape.f).total), threshold(1), count(1),
          offsets(scratch_offsets(shape.d, shape.f, width)), scratch_bytes(offsets.total),
          y(static_cast<size_t>(shape.d)) {
        scratch = scratch_at(scratch_bytes.get(), offsets);
        zero_arrivals();
        const auto optional = [&](bool wanted, const DeviceArray<float> & values) {
            return wanted ? values.get() : nullptr;
        };
        layer =
            FfnLayer{{gate_bytes.get(), optional(kind.biases, gate_bias_device),
                      optional(kind.weighted, weights_device), threshold.get(), activation, shape.d, shape.f},
                     kind.gate,
                     kind.gated ? up_bytes.get() : nullptr,
                     kind.up,
                     optional(kind.biases, up_bias_device),
                     planes_at(planes_bytes.get(), kind.down, shape.d, shape.f),
                     kind.down,
                     optional(kind.biases, down_bias_device)};
        build_planes(down_bytes.get(), kind.down, layer.down, width, kStream);
    }

    std::vector<float> weights_of(Random & random) const {
        std::uniform_real_distribution<float> uniform(0.25f, 2.0f);
        std::vector<float> weights(static_cast<size_t>(shape.f), 1.0f);
        for (float & weight : weights) {
            weight = kind.weighted ? uniform(random) : 1.0f;
        }
        return weights;
    }
    std::vector<float> bias_of(int n, Random & random) const {
        return kind.biases ? random_vector(n, random) : std::vector<float>(static_cast<size_t>(n), 0.0f);
    }
    double hidden_gate(int j) const {
        return activated(activation, reference_dot(gate, j, x) + gate_bias[static_cast<size_t>(j)]);
    }

    void zero_arrivals() {
        const int slices = (std::max(shape.d, shape.f) + kSlice - 1) / kSlice;
        write(scratch.split.arrived, std::vector<unsigned>(static_cast<size_t>(slices), 0u));
    }

    template <typename T> static void write(T * to, const std::vector<T> & values) {
#if defined(__CUDACC__)
        check(cudaMemcpy(to, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice));
#else
        std::copy(values.begin(), values.end(), to);
#endif
    }

    template <typename T> static std::vector<T> read(const T * from, int n) {
        wait_for_device();
        std::vector<T> values(static_cast<size_t>(n));
#if defined(__CUDACC__)
        check(cudaMemcpy(values.data(), from, values.size() * sizeof(T), cudaMemcpyDeviceToHost));
#else
        std::copy(from, from + n, values.begin());
#endif
        return values;
    }

    std::vector<int> listed() const { return read(scratch.list.ids, read(scratch.list.count, 1)[0]); }

    std::vector<double> scores() const {
        std::vector<double> result;
        for (int j = 0; j < shape.f; ++j) {
            result.push_back(std::fabs(hidden_gate(j)) * neuron_weights[static_cast<size_t>(j)]);
        }
        return result;
    }

    /// FFN(x) in double over `ids` alone.
    std::vector<double> reference(const std::vector<int> & ids) const {
        std::vector<double> sums(down_bias.begin(), down_bias.end());
        for (const int j : ids) {
            const double u = kind.gated ? reference_dot(up, j, x) + up_bias[static_cast<size_t>(j)] : 1.0;
            const double h = hidden_gate(j) * u;
            for (int o = 0; o < shape.d; ++o) {
                sums[static_cast<size_t>(o)] += h * down.at(o, j);
            }
        }
        return sums;
    }

    Width width{3, 2};
    Kind kind;
    Shape shape;
    Activation activation;
    const Matrix &gate, &up, &down;
    std::vector<float> neuron_weights, gate_bias, up_bias, down_bias;
    std::vector<float> x;
    DeviceArray<uint8_t> gate_bytes, up_bytes, down_bytes;
    DeviceArray<float> weights_device, gate_bias_device, up_bias_device, down_bias_device, x_device;
    DeviceArray<uint8_t> planes_bytes;
    DeviceArray<float> threshold;
    DeviceArray<int> count;
    ScratchOffsets offsets;
    DeviceArray<uint8_t> scratch_bytes;
    Scratch scratch{};
    FfnLayer layer{};
    DeviceArray<float> y;
};

inline double quantile_threshold(std::vector<double> scores, double density) {
    if (density <= 0.0) {
        return std::numeric_limits<float>::infinity();
    }
    if (density >= 1.0) {
        return 0.0;
    }
    std::sort(scores.begin(), scores.end());
    return scores[static_cast<size_t>((1.0 - density) * static_cast<double>(scores.size()))];
}

inline void expect_ascending(Checks & checks, const std::vector<int> & ids) {
    checks.expect(std::is_sorted(ids.begin(), ids.end()), "ids are not ascending");
    checks.expect(std::adjacent_find(ids.begin(), ids.end()) == ids.end(), "an id stands twice");
}

inline std::string named(const Kind & kind, Shape shape) {
    std::string name = std::string(name_of(kind.gate)) + "/" + name_of(kind.down) + " " +
                       std::to_string(shape.d) + "x" + std::to_string(shape.f);
    name += kind.biases ? "" : ", no biases";
    name += kind.weighted ? "" : ", no weights";
    return name + (kind.gated ? "" : ", not gated");
}

} // namespace sp::cuda::test
