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

struct Shape {
    int d;
    int f;
};

std::vector<Shape> shapes_of(WeightType type) {
    if (block_length(type) == 256) {
        return {{256, 256}, {512, 768}};
    }
    return {{32, 64}, {96, 160}, {576, 224}};
}

/// A whole FFN: host matrices, their device copies, planes and scratch memory, poisoned before use.
struct FfnFixture {
    FfnFixture(WeightType type, Shape shape, Activation activation, Random & random)
        : shape(shape), activation(activation), gate(random_matrix(type, shape.f, shape.d, random)),
          up(random_matrix(type, shape.f, shape.d, random)),
          down(random_matrix(type, shape.d, shape.f, random)), neuron_weights(static_cast<size_t>(shape.f)),
          x(random_vector(shape.d, random)), gate_bytes(gate.bytes), up_bytes(up.bytes),
          down_bytes(down.bytes), weights_device((fill_weights(random), neuron_weights)), x_device(x),
          planes_bytes(plane_offsets(type, shape.d, shape.f).total), threshold(1), count(1),
          offsets(scratch_offsets(shape.d, shape.f, width)), scratch_bytes(offsets.total),
          y(static_cast<size_t>(shape.d)) {
        scratch = scratch_at(scratch_bytes.get(), offsets);
        zero_arrivals();
        layer = FfnLayer{
            {gate_bytes.get(), nullptr, weights_device.get(), threshold.get(), activation, shape.d, shape.f},
            type,
            up_bytes.get(),
            type,
            nullptr,
            planes_at(planes_bytes.get(), type, shape.d, shape.f),
            type,
            nullptr};
        build_planes(down_bytes.get(), type, layer.down, width, kStream);
    }

    void fill_weights(Random & random) {
        std::uniform_real_distribution<float> uniform(0.25f, 2.0f);
        for (float & weight : neuron_weights) {
            weight = uniform(random);
        }
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
            result.push_back(std::fabs(activated(activation, reference_dot(gate, j, x))) *
                             neuron_weights[static_cast<size_t>(j)]);
        }
        return result;
    }

    /// FFN(x) in double over `ids` alone.
    std::vector<double> reference(const std::vector<int> & ids) const {
        std::vector<double> sums(static_cast<size_t>(shape.d), 0.0);
        for (const int j : ids) {
            const double h = activated(activation, reference_dot(gate, j, x)) * reference_dot(up, j, x);
            for (int o = 0; o < shape.d; ++o) {
                sums[static_cast<size_t>(o)] += h * down.at(o, j);
            }
        }
        return sums;
    }

    Width width{3, 2};
    Shape shape;
    Activation activation;
    Matrix gate, up, down;
    std::vector<float> neuron_weights;
    std::vector<float> x;
    DeviceArray<uint8_t> gate_bytes, up_bytes, down_bytes;
    DeviceArray<float> weights_device, x_device;
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

void threshold_form(Checks & checks, WeightType type, Shape shape, Activation activation, double density) {
    Random random(static_cast<unsigned>(shape.d + shape.f) + static_cast<unsigned>(density * 100));
    FfnFixture ffn(type, shape, activation, random);
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
        const bool border = std::fabs(score - threshold) <= 1e-4 * (1e-3 + threshold);
        checks.expect(border || chosen == (score >= threshold),
                      "neuron " + std::to_string(j) + " wrongly decided");
    }
    const double error = norm_error(first, ffn.reference(ids));
    checks.expect(error < 1e-4, "norm-wise error " + std::to_string(error));

    const int chunks = chunks_of(shape.f);
    double kept = 0.0, skipped = 0.0, kept_reference = 0.0, skipped_reference = 0.0;
    for (const float energy : FfnFixture::read(ffn.scratch.selection.kept_energy, chunks)) {
        kept += energy;
    }
    for (const float energy : FfnFixture::read(ffn.scratch.selection.skipped_energy, chunks)) {
        skipped += energy;
    }
    for (int j = 0; j < shape.f; ++j) {
        const double energy = scores[static_cast<size_t>(j)] * scores[static_cast<size_t>(j)];
        (std::binary_search(ids.begin(), ids.end(), j) ? kept_reference : skipped_reference) += energy;
    }
    const double all = kept_reference + skipped_reference;
    checks.expect(std::fabs(kept - kept_reference) <= 1e-4 * all, "kept energy is off");
    checks.expect(std::fabs(skipped - skipped_reference) <= 1e-4 * all, "skipped energy is off");

    threshold_ffn(ffn.layer, ffn.x_device.get(), ffn.scratch, ffn.width, ffn.y.get(), kStream);
    checks.expect(ffn.y.read() == first, "a second run gives other bits");
}

void top_k_form(Checks & checks, WeightType type, Shape shape, int k) {
    Random random(static_cast<unsigned>(k + shape.f));
    FfnFixture ffn(type, shape, Activation::GELU, random);
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
    checks.expect(least_kept >= most_skipped * (1.0 - 1e-4), "a smaller score was kept");
    const double error = norm_error(ffn.y.read(), ffn.reference(ids));
    checks.expect(error < 1e-4, "norm-wise error " + std::to_string(error));
}

void held_form(Checks & checks, WeightType type, Shape shape, double density) {
    Random random(static_cast<unsigned>(shape.d * 7 + shape.f));
    FfnFixture ffn(type, shape, Activation::SiLU, random);
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

    const size_t row_bytes = ffn.gate.bytes.size() / static_cast<size_t>(shape.f);
    DeviceArray<uint8_t> gate_rows(row_bytes * ids.size());
    DeviceArray<uint8_t> up_rows_copy(row_bytes * ids.size());
    if (!ids.empty()) {
        gather_compact(ffn.layer, held, static_cast<int>(ids.size()), gate_rows.get(), up_rows_copy.get(),
                       kStream);
        const std::vector<uint8_t> gathered = gate_rows.read();
        for (size_t i = 0; i < ids.size(); ++i) {
            const auto source = ffn.gate.bytes.begin() + static_cast<long>(row_bytes) * ids[i];
            checks.expect(std::equal(source, source + static_cast<long>(row_bytes),
                                     gathered.begin() + static_cast<long>(row_bytes * i)),
                          "a gathered row differs");
        }
    }
}

/// Column j of W through the planes has to be W's own values: every quant and scale survived the transpose.
void planes_keep_every_weight(Checks & checks, WeightType type, Shape shape) {
    Random random(11);
    FfnFixture ffn(type, shape, Activation::SiLU, random);
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

void input_form(Checks & checks, WeightType type, Shape shape, InputRule::Kind kind, double density,
                bool ties) {
    Random random(static_cast<unsigned>(shape.f) + static_cast<unsigned>(density * 64));
    FfnFixture ffn(type, shape, Activation::SiLU, random);
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
    if (kind == InputRule::Kind::TopK) {
        checks.expect(static_cast<int>(ids.size()) == k,
                      "kept " + std::to_string(ids.size()) + " of " + std::to_string(k));
    } else if (kind == InputRule::Kind::BlockTopK) {
        for (int block = 0; block < shape.f / 32; ++block) {
            const auto in_block =
                std::count_if(ids.begin(), ids.end(), [block](int id) { return id / 32 == block; });
            checks.expect(in_block == k, "a block kept " + std::to_string(in_block));
        }
    } else {
        for (int i = 0; i < shape.f; ++i) {
            checks.expect(std::binary_search(ids.begin(), ids.end(), i) ==
                              (std::fabs(x[static_cast<size_t>(i)]) >= threshold),
                          "channel " + std::to_string(i) + " wrongly decided");
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

} // namespace

int main() {
    Checks checks;
    for (const WeightType type : kTypes) {
        for (const Shape shape : shapes_of(type)) {
            const std::string where =
                std::string(name_of(type)) + " " + std::to_string(shape.d) + "x" + std::to_string(shape.f);
            for (const double density : {0.0, 0.02, 0.5, 1.0}) {
                const std::string at = where + " density " + std::to_string(density);
                checks.run("threshold " + at,
                           [&] { threshold_form(checks, type, shape, Activation::SiLU, density); });
                checks.run("held " + at, [&] { held_form(checks, type, shape, density); });
                checks.run("TEAL " + at, [&] {
                    input_form(checks, type, shape, InputRule::Kind::Threshold, density, false);
                });
                checks.run("Q-Sparse " + at,
                           [&] { input_form(checks, type, shape, InputRule::Kind::TopK, density, false); });
                checks.run("Q-Sparse with ties " + at,
                           [&] { input_form(checks, type, shape, InputRule::Kind::TopK, density, true); });
                checks.run("Block Q-Sparse " + at, [&] {
                    input_form(checks, type, shape, InputRule::Kind::BlockTopK, density, true);
                });
            }
            for (const int k : {0, 1, shape.f / 3, shape.f, shape.f + 5}) {
                checks.run("top-k " + where + " k " + std::to_string(k),
                           [&] { top_k_form(checks, type, shape, k); });
            }
            checks.run("planes " + where, [&] { planes_keep_every_weight(checks, type, shape); });
        }
        for (const Activation activation : {Activation::GELU, Activation::ReLU, Activation::ReLU2}) {
            checks.run(std::string("activation ") + name_of(type),
                       [&] { threshold_form(checks, type, shapes_of(type)[0], activation, 0.4); });
        }
    }
    return checks.finish();
}
