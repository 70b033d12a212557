// Every kernel against the masked-dense reference. The same file runs on a GPU (nvcc -x cu) and in the
// emulator (g++).

#include "../sparse_ops.cuh"
#include "checks.h"
#include "device_array.h"
#include "reference.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace sp::cuda;
using namespace sp::cuda::test;

namespace {

constexpr Stream kStream = 0;
const std::vector<WeightType> kTypes = {WeightType::Q4_0, WeightType::Q8_0, WeightType::Q4_K,
                                        WeightType::Q6_K, WeightType::F16,  WeightType::BF16};

/// Norm-wise, and of scores at a border. ggml's target is compiled with -use_fast_math, whose tanh is good to
/// 2^-11.
double tolerance_of(Activation activation) {
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

std::vector<Shape> shapes_of(WeightType type) {
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
Kind all_of(WeightType type) { return {type, type, type}; }

/// A whole FFN: host matrices, their device copies, planes and scratch memory, poisoned before use.
struct FfnFixture {
    FfnFixture(Kind kind, Shape shape, Activation activation, Random & random)
        : kind(kind), shape(shape), activation(activation),
          gate(random_matrix(kind.gate, shape.f, shape.d, random)),
          up(random_matrix(kind.up, shape.f, shape.d, random)),
          down(random_matrix(kind.down, shape.d, shape.f, random)), neuron_weights(weights_of(random)),
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
    Matrix gate, up, down;
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

double quantile_threshold(std::vector<double> scores, double density) {
    if (density <= 0.0) {
        return std::numeric_limits<float>::infinity();
    }
    if (density >= 1.0) {
        return 0.0;
    }
    std::sort(scores.begin(), scores.end());
    return scores[static_cast<size_t>((1.0 - density) * static_cast<double>(scores.size()))];
}

void expect_ascending(Checks & checks, const std::vector<int> & ids) {
    checks.expect(std::is_sorted(ids.begin(), ids.end()), "ids are not ascending");
    checks.expect(std::adjacent_find(ids.begin(), ids.end()) == ids.end(), "an id stands twice");
}

void threshold_form(Checks & checks, Kind kind, Shape shape, Activation activation, double density) {
    Random random(static_cast<unsigned>(shape.d + shape.f) + static_cast<unsigned>(density * 100));
    FfnFixture ffn(kind, shape, activation, random);
    const std::vector<double> scores = ffn.scores();
    const double threshold = quantile_threshold(scores, density);
    FfnFixture::write(ffn.threshold.get(), {static_cast<float>(threshold)});
    threshold_ffn(ffn.layer, ffn.x_device.get(), ffn.scratch, ffn.width, ffn.y.get(), kStream);
    const std::vector<int> ids = ffn.listed();
    const std::vector<float> first = ffn.y.read();
    expect_ascending(checks, ids);
    for (int j = 0; j < shape.f; ++j) {
        const double score = scores[static_cast<size_t>(j)];
        const bool chosen = std::binary_search(ids.begin(), ids.end(), j);
        const bool border = std::fabs(score - threshold) <= tolerance_of(activation) * (1e-3 + threshold);
        checks.expect(border || chosen == (score >= threshold),
                      "neuron " + std::to_string(j) + " wrongly decided");
    }
    const double error = norm_error(first, ffn.reference(ids));
    checks.expect(error < tolerance_of(activation), "norm-wise error " + std::to_string(error));

    const Outcome outcome = FfnFixture::read(ffn.scratch.outcome, 1)[0];
    checks.expect(outcome.kept == static_cast<int>(ids.size()), "the outcome counts others");
    double kept_reference = 0.0, skipped_reference = 0.0;
    for (int j = 0; j < shape.f; ++j) {
        const double energy = scores[static_cast<size_t>(j)] * scores[static_cast<size_t>(j)];
        (std::binary_search(ids.begin(), ids.end(), j) ? kept_reference : skipped_reference) += energy;
    }
    const double all = kept_reference + skipped_reference;
    checks.expect(std::fabs(outcome.kept_energy - kept_reference) <= tolerance_of(activation) * all,
                  "kept energy is off");
    checks.expect(std::fabs(outcome.skipped_energy - skipped_reference) <= tolerance_of(activation) * all,
                  "skipped energy is off");

    threshold_ffn(ffn.layer, ffn.x_device.get(), ffn.scratch, ffn.width, ffn.y.get(), kStream);
    checks.expect(ffn.y.read() == first, "a second run gives other bits");
}

void top_k_form(Checks & checks, Kind kind, Shape shape, int k) {
    Random random(static_cast<unsigned>(k + shape.f));
    FfnFixture ffn(kind, shape, Activation::GELU, random);
    FfnFixture::write(ffn.count.get(), {k});
    top_k_ffn(ffn.layer, ffn.count.get(), ffn.x_device.get(), ffn.scratch, ffn.width, ffn.y.get(), kStream);
    const std::vector<int> ids = ffn.listed();
    expect_ascending(checks, ids);
    checks.expect(static_cast<int>(ids.size()) == std::min(k, shape.f), "kept " + std::to_string(ids.size()));
    const std::vector<double> scores = ffn.scores();
    double least_kept = std::numeric_limits<double>::infinity();
    double most_skipped = 0.0;
    for (int j = 0; j < shape.f; ++j) {
        const double score = scores[static_cast<size_t>(j)];
        if (std::binary_search(ids.begin(), ids.end(), j)) {
            least_kept = std::min(least_kept, score);
        } else {
            most_skipped = std::max(most_skipped, score);
        }
    }
    checks.expect(least_kept >= most_skipped * (1.0 - tolerance_of(Activation::GELU)),
                  "a smaller score was kept");
    const Outcome outcome = FfnFixture::read(ffn.scratch.outcome, 1)[0];
    const double boundary = k == 0 ? 0.0 : least_kept;
    checks.expect(outcome.kept == static_cast<int>(ids.size()), "the outcome counts others");
    checks.expect(std::fabs(outcome.boundary - boundary) <=
                      tolerance_of(Activation::GELU) * (1e-3 + boundary),
                  "the boundary is " + std::to_string(outcome.boundary));
    const double error = norm_error(ffn.y.read(), ffn.reference(ids));
    checks.expect(error < tolerance_of(Activation::GELU), "norm-wise error " + std::to_string(error));
}

void held_form(Checks & checks, Kind kind, Shape shape, double density) {
    Random random(static_cast<unsigned>(shape.d * 7 + shape.f));
    FfnFixture ffn(kind, shape, Activation::SiLU, random);
    std::vector<int> ids;
    std::bernoulli_distribution coin(density);
    for (int j = 0; j < shape.f; ++j) {
        if (coin(random)) {
            ids.push_back(j);
        }
    }
    DeviceArray<int> held_ids(ids);
    DeviceArray<int> held_count(std::vector<int>{static_cast<int>(ids.size())});
    const CompactList held{held_ids.get(), nullptr, held_count.get()};
    held_ffn(ffn.layer, held, ffn.x_device.get(), ffn.scratch, ffn.width, ffn.y.get(), kStream);
    const double error = norm_error(ffn.y.read(), ffn.reference(ids));
    checks.expect(error < 1e-4, "norm-wise error " + std::to_string(error));
}

/// Column j of W through the planes has to be W's own values: every quant and scale survived the transpose.
void planes_keep_every_weight(Checks & checks, WeightType type, Shape shape) {
    Random random(11);
    FfnFixture ffn(all_of(type), shape, Activation::SiLU, random);
    for (const int j : {0, 1, shape.f / 2 + 1, shape.f - 1}) {
        DeviceArray<int> id(std::vector<int>{j});
        DeviceArray<float> one(std::vector<float>{1.0f});
        DeviceArray<int> count(std::vector<int>{1});
        product_of_list(ffn.layer.down, type, {id.get(), one.get(), count.get()}, nullptr, ffn.scratch,
                        ffn.width, ffn.y.get(), kStream);
        const std::vector<float> column = ffn.y.read();
        for (int o = 0; o < shape.d; ++o) {
            const double expected = ffn.down.at(o, j);
            checks.expect(std::fabs(column[static_cast<size_t>(o)] - expected) <=
                              2e-6 * (1e-2 + std::fabs(expected)),
                          "weight " + std::to_string(o) + "," + std::to_string(j));
        }
    }
}

/// What a rule ranks channels by.
std::vector<double> selection_scores(const std::vector<float> & x, InputRule::Kind kind) {
    float largest = 0.0f;
    for (const float value : x) {
        largest = std::max(largest, std::fabs(value));
    }
    std::vector<double> scores;
    for (const float value : x) {
        const float score = std::fabs(value);
        scores.push_back(kind == InputRule::Kind::QuantisedTopK ? std::rint(score * (127.0f / largest))
                                                                : score);
    }
    return scores;
}

void input_form(Checks & checks, WeightType type, Shape shape, InputRule::Kind kind, double density,
                bool ties) {
    Random random(static_cast<unsigned>(shape.f) + static_cast<unsigned>(density * 64));
    FfnFixture ffn(all_of(type), shape, Activation::SiLU, random);
    std::vector<float> x = random_vector(shape.f, random);
    if (ties) {
        for (float & value : x) {
            value = std::round(value);
        }
    }
    DeviceArray<float> x_device(x);
    const int k = static_cast<int>(density * (kind == InputRule::Kind::BlockTopK ? 32 : shape.f));
    std::vector<double> magnitudes;
    for (const float value : x) {
        magnitudes.push_back(std::fabs(value));
    }
    const float threshold = static_cast<float>(quantile_threshold(magnitudes, density));
    FfnFixture::write(ffn.threshold.get(), {threshold});
    FfnFixture::write(ffn.count.get(), {k});
    const InputRule rule{kind, ffn.threshold.get(), ffn.count.get(), nullptr};
    sparse_linear(ffn.layer.down, type, rule, x_device.get(), ffn.scratch, ffn.width, ffn.y.get(), kStream);
    const std::vector<int> ids = ffn.listed();
    expect_ascending(checks, ids);
    if (kind == InputRule::Kind::TopK || kind == InputRule::Kind::QuantisedTopK) {
        checks.expect(static_cast<int>(ids.size()) == k,
                      "kept " + std::to_string(ids.size()) + " of " + std::to_string(k));
    } else if (kind == InputRule::Kind::BlockTopK) {
        for (int block = 0; block < chunks_of(shape.f); ++block) {
            const auto in_block =
                std::count_if(ids.begin(), ids.end(), [block](int id) { return id / 32 == block; });
            checks.expect(in_block == std::min(k, shape.f - 32 * block),
                          "a block kept " + std::to_string(in_block));
        }
    } else {
        for (int i = 0; i < shape.f; ++i) {
            checks.expect(std::binary_search(ids.begin(), ids.end(), i) ==
                              (std::fabs(x[static_cast<size_t>(i)]) >= threshold),
                          "channel " + std::to_string(i) + " wrongly decided");
        }
    }
    const std::vector<double> levels = selection_scores(x, kind);
    for (const int id : ids) {
        const double least = levels[static_cast<size_t>(id)];
        const int first = kind == InputRule::Kind::BlockTopK ? id / 32 * 32 : 0;
        const int end = kind == InputRule::Kind::BlockTopK ? std::min(first + 32, shape.f) : shape.f;
        for (int i = first; i < end; ++i) {
            const double score = levels[static_cast<size_t>(i)];
            const bool sooner = score > least || (score == least && i < id);
            checks.expect(!sooner || std::binary_search(ids.begin(), ids.end(), i),
                          "channel " + std::to_string(i) + " was left out for " + std::to_string(id));
        }
    }
    std::vector<double> expected(static_cast<size_t>(shape.d), 0.0);
    for (const int i : ids) {
        for (int o = 0; o < shape.d; ++o) {
            expected[static_cast<size_t>(o)] +=
                ffn.down.at(o, i) * static_cast<double>(x[static_cast<size_t>(i)]);
        }
    }
    const double error = norm_error(ffn.y.read(), expected);
    checks.expect(error < 1e-4, "norm-wise error " + std::to_string(error));
}

std::string named(const Kind & kind, Shape shape) {
    std::string name = std::string(name_of(kind.gate)) + "/" + name_of(kind.down) + " " +
                       std::to_string(shape.d) + "x" + std::to_string(shape.f);
    name += kind.biases ? "" : ", no biases";
    name += kind.weighted ? "" : ", no weights";
    return name + (kind.gated ? "" : ", not gated");
}

void ffn_forms(Checks & checks, Kind kind, Shape shape, const std::vector<double> & densities) {
    const std::string where = named(kind, shape);
    for (const double density : densities) {
        const std::string at = where + " density " + std::to_string(density);
        checks.run("threshold " + at,
                   [&] { threshold_form(checks, kind, shape, Activation::SiLU, density); });
        checks.run("held " + at, [&] { held_form(checks, kind, shape, density); });
    }
    for (const int k : {0, 1, shape.f / 3, shape.f, shape.f + 5}) {
        checks.run("top-k " + where + " k " + std::to_string(k), [&] { top_k_form(checks, kind, shape, k); });
    }
}

void input_forms(Checks & checks, WeightType type, Shape shape, const std::vector<double> & densities) {
    for (const double density : densities) {
        const std::string at = named(all_of(type), shape) + " density " + std::to_string(density);
        checks.run("TEAL " + at,
                   [&] { input_form(checks, type, shape, InputRule::Kind::Threshold, density, false); });
        for (const bool ties : {false, true}) {
            checks.run("exact top-K " + at,
                       [&] { input_form(checks, type, shape, InputRule::Kind::TopK, density, ties); });
            checks.run("Q-Sparse " + at, [&] {
                input_form(checks, type, shape, InputRule::Kind::QuantisedTopK, density, ties);
            });
        }
        checks.run("Block Q-Sparse " + at,
                   [&] { input_form(checks, type, shape, InputRule::Kind::BlockTopK, density, true); });
    }
}

/// More chunks than a warp has lanes, and than a block has threads.
void wide_shapes(Checks & checks) {
    ffn_forms(checks, all_of(WeightType::Q8_0), {32, 8256}, {0.5});
    ffn_forms(checks, all_of(WeightType::F16), {32, 2100}, {0.5});
    input_forms(checks, WeightType::Q8_0, {32, 2208}, {0.5});
}

/// As quantised models are: down in another type than gate and up.
void mixed_types(Checks & checks) {
    for (const Kind kind : {Kind{WeightType::Q4_K, WeightType::Q4_K, WeightType::Q6_K},
                            Kind{WeightType::Q4_0, WeightType::Q8_0, WeightType::F16},
                            Kind{WeightType::BF16, WeightType::Q6_K, WeightType::Q4_K}}) {
        ffn_forms(checks, kind, {256, 256}, {0.4});
    }
}

void absent_parts(Checks & checks) {
    const WeightType type = WeightType::Q8_0;
    for (const Kind kind :
         {Kind{type, type, type, false, true, true}, Kind{type, type, type, true, false, true},
          Kind{type, type, type, true, true, false}, Kind{type, type, type, false, false, false}}) {
        ffn_forms(checks, kind, {96, 160}, {0.0, 0.5, 1.0});
    }
}

#if !defined(__CUDACC__)
/// A GPU promises no order of blocks, nor of threads between two barriers.
void every_order(Checks & checks) {
    for (unsigned seed = 0; seed < 4; ++seed) {
        simt::set_order(seed == 0 ? simt::Order::Reversed : simt::Order::Random, seed);
        for (const WeightType type : {WeightType::Q8_0, WeightType::Q4_K, WeightType::F16}) {
            ffn_forms(checks, all_of(type), shapes_of(type)[0], {0.5});
            input_forms(checks, type, shapes_of(type)[0], {0.5});
        }
    }
    simt::set_order(simt::Order::Forward);
}
#endif

} // namespace

int main() {
    Checks checks;
    for (const WeightType type : kTypes) {
        for (const Shape shape : shapes_of(type)) {
            ffn_forms(checks, all_of(type), shape, {0.0, 0.02, 0.5, 1.0});
            input_forms(checks, type, shape, {0.0, 0.02, 0.5, 1.0});
            checks.run("planes " + named(all_of(type), shape),
                       [&] { planes_keep_every_weight(checks, type, shape); });
        }
        for (const Activation activation : {Activation::GELU, Activation::ReLU, Activation::ReLU2}) {
            checks.run(std::string("activation ") + name_of(type),
                       [&] { threshold_form(checks, all_of(type), shapes_of(type)[0], activation, 0.4); });
        }
    }
    wide_shapes(checks);
    mixed_types(checks);
    absent_parts(checks);
#if !defined(__CUDACC__)
    every_order(checks);
#endif
    return checks.finish();
}
