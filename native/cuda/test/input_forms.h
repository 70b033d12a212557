#pragma once
// A product that skips input channels, by every rule, against the reference.

#include "ffn_fixture.h"

namespace sp::cuda::test {

/// Column j of W through the planes has to be W's own values: every quant and scale survived the transpose.
inline void planes_keep_every_weight(Checks & checks, WeightType type, Shape shape) {
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
                          [&] { return "weight " + std::to_string(o) + "," + std::to_string(j); });
        }
    }
}

/// What a rule ranks channels by.
inline std::vector<double> selection_scores(const std::vector<float> & x, InputRule::Kind kind) {
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

inline void input_form(Checks & checks, WeightType type, Shape shape, InputRule::Kind kind, double density,
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
                          [&] { return "channel " + std::to_string(i) + " wrongly decided"; });
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
            checks.expect(!sooner || std::binary_search(ids.begin(), ids.end(), i), [&] {
                return "channel " + std::to_string(i) + " was left out for " + std::to_string(id);
            });
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

inline void input_forms(Checks & checks, WeightType type, Shape shape,
                        const std::vector<double> & densities) {
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

} // namespace sp::cuda::test
