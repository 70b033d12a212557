#pragma once
// What an observer of dense passes sums up.

#include "device_fixture.h"

namespace sp::cuda::test {

inline void sums_of_dense_passes(Checks & checks, bool gated) {
    Fixture fixture;
    sp_cuda_model * model = fixture.model();
    sp_cuda_part * part =
        sp_cuda_observer_create(model, 1, &fixture.ffn.up, SP_ACT_SILU, fixture.why, sizeof fixture.why);
    checks.expect(part != nullptr, fixture.why);
    Random random(5);
    constexpr float kDecay = 0.9f;
    checks.expect(fixture.configure(part, {SP_NONE, kDecay, 0, nullptr, nullptr, 0, 1.0f, 0}), fixture.why);
    std::vector<double> expected(kNeurons, 0.0);
    int seen = 0;
    for (const int tokens : {7, 1, 40}) {
        const std::vector<float> up = random_vector(tokens * kNeurons, random);
        std::vector<float> gate = random_vector(tokens * kNeurons, random);
        if (tokens == 7) {
            gate[2 * kNeurons + 3] = std::nanf(""); // such a token teaches nothing
        }
        const sp_cuda_pass pass = {up.data(), gated ? gate.data() : nullptr, tokens, nullptr};
        sp_cuda_part_forward(part, &pass, &fixture.stream);
        for (double & each : expected) {
            each *= std::pow(static_cast<double>(kDecay), tokens);
        }
        for (int t = 0; t < tokens; ++t) {
            std::vector<double> z(kNeurons);
            double energy = 0.0;
            for (int j = 0; j < kNeurons; ++j) {
                const auto at = static_cast<size_t>(t * kNeurons + j);
                z[static_cast<size_t>(j)] = gated ? activated(Activation::SiLU, gate[at]) * up[at]
                                                  : activated(Activation::SiLU, up[at]);
                energy += z[static_cast<size_t>(j)] * z[static_cast<size_t>(j)];
            }
            for (int j = 0; std::isfinite(energy) && j < kNeurons; ++j) {
                expected[static_cast<size_t>(j)] +=
                    z[static_cast<size_t>(j)] * z[static_cast<size_t>(j)] / energy;
            }
        }
        seen += tokens;
    }
    sp_cuda_counts counts[2];
    checks.expect(sp_cuda_model_counts(model, counts) && counts[1].kept == seen && counts[1].all == kNeurons,
                  "tokens");
    std::vector<float> sums(kNeurons, -1.0f);
    float * out[] = {nullptr, sums.data()};
    checks.expect(sp_cuda_model_observed(model, out), "the sums were not handed out");
    checks.expect(norm_error(sums, expected) < 1e-5, "the sums are others");
    checks.expect(sp_cuda_model_counts(model, counts) && counts[1].kept == 0, "it did not begin anew");
    checks.expect(sp_cuda_model_observed(model, out) && sums == std::vector<float>(kNeurons, 0.0f),
                  "what was handed out is there again");
    checks.expect(!fixture.configure(part, {SP_NONE, 0.0f, 0, nullptr, nullptr, 0, 1.0f, 0}),
                  "a decay of nothing was taken");
}

/// The gate stands behind the weights that the node shows to the scheduler.
inline void observed_through_a_node(Checks & checks) {
    constexpr int kTokens = 3;
    Fixture fixture;
    sp_cuda_model * model = fixture.model();
    std::vector<sp_cuda_part *> parts;
    for (const int index : {0, 1}) {
        parts.push_back(sp_cuda_observer_create(model, index, &fixture.ffn.up, SP_ACT_SILU, fixture.why,
                                                sizeof fixture.why));
        fixture.configure(parts.back(), {SP_NONE, 0.9f, 0, nullptr, nullptr, 0, 1.0f, 0});
    }
    Random random(6);
    std::vector<float> up = random_vector(kTokens * kNeurons, random);
    std::vector<float> gate = random_vector(kTokens * kNeurons, random);
    const sp_cuda_pass pass = {up.data(), gate.data(), kTokens, nullptr};
    sp_cuda_part_forward(parts[0], &pass, &fixture.stream);

    ggml_context * memory = ggml_init({size_t{1} << 16, nullptr, true});
    ggml_tensor * sources[] = {ggml_new_tensor_2d(memory, GGML_TYPE_F32, kNeurons, kTokens),
                               ggml_new_tensor_2d(memory, GGML_TYPE_Q8_0, kWidth, kNeurons),
                               ggml_new_tensor_2d(memory, GGML_TYPE_F32, kNeurons, kTokens)};
    sources[0]->data = up.data();
    sources[2]->data = gate.data();
    sp_cuda_node data = {SP_CUDA_NODE_MAGIC, parts[1]};
    ggml_tensor * node = ggml_custom_4d(
        memory, GGML_TYPE_F32, 1, 1, 1, 1, sources, 3, [](ggml_tensor *, int, int, void *) {}, 1, &data);
    checks.expect(sp_cuda_node_supported(node, 0), "its GPU does not take it");
    sp_cuda_node_compute(node, &fixture.stream);
    ggml_free(memory);

    std::vector<float> direct(kNeurons, -1.0f), through(kNeurons, -2.0f);
    float * out[] = {direct.data(), through.data()};
    checks.expect(sp_cuda_model_observed(model, out) && direct == through,
                  "the node observes something else than its part");
}

} // namespace sp::cuda::test
