#pragma once
// Every form of an FFN against the reference: by threshold, the top K, and a held list.

#include "ffn_fixture.h"

namespace sp::cuda::test {

inline void threshold_form(Checks & checks, Kind kind, Shape shape, Activation activation, double density) {
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
                      [&] { return "neuron " + std::to_string(j) + " wrongly decided"; });
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

inline void top_k_form(Checks & checks, Kind kind, Shape shape, int k) {
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

inline void held_form(Checks & checks, Kind kind, Shape shape, double density) {
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

inline void ffn_forms(Checks & checks, Kind kind, Shape shape, const std::vector<double> & densities) {
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

} // namespace sp::cuda::test
