#pragma once
// What parts compute and count: every form of an FFN and of a linear, and which of them are refused.

#include "device_fixture.h"

namespace sp::cuda::test {

inline void forms_and_counts(Checks & checks, bool gated) {
    Fixture fixture(0, gated);
    sp_cuda_model * model = fixture.model();
    sp_cuda_part * layer = fixture.layer(model, 1);
    checks.expect(layer != nullptr, fixture.why);
    std::vector<int32_t> all(kNeurons);
    for (int j = 0; j < kNeurons; ++j) {
        all[static_cast<size_t>(j)] = j;
    }
    checks.expect(norm_error(fixture.forward(layer), fixture.reference(all)) < 1e-4, "undecided: dense");
    sp_cuda_counts counts[2];
    fixture.configure(layer, {SP_TOPK, 0.0f, 10, nullptr, nullptr, 0, 0.1f, 0});
    fixture.forward(layer);
    checks.expect(sp_cuda_model_counts(model, counts), "counts");
    checks.expect(counts[0].all == 0, "a layer that is none has counts");
    checks.expect(counts[1].kept == 10 && counts[1].all == kNeurons && counts[1].boundary > 0.0f, "top ten");
    fixture.configure(layer, threshold_of(counts[1].boundary));
    fixture.forward(layer);
    sp_cuda_model_counts(model, counts);
    checks.expect(counts[1].kept == 10 && counts[1].boundary == 0.0f,
                  "the boundary as a threshold keeps the same");
    checks.expect(counts[1].skipped_energy > 0.0f && counts[1].skipped_energy < 1.0f, "skipped energy");
    const std::vector<int32_t> ids = {0, 5, 31, 32, 95};
    checks.expect(fixture.configure(layer, list_of(ids)), fixture.why);
    checks.expect(norm_error(fixture.forward(layer), fixture.reference(ids)) < 1e-4, "held list");
    sp_cuda_model_counts(model, counts);
    checks.expect(counts[1].kept == 5, "held count");
}

/// As the processor's selectors have it: K of the int8 scores, the lower index first.
inline std::vector<int32_t> quantised_top(const std::vector<float> & x, size_t k) {
    float largest = 0.0f;
    for (const float value : x) {
        largest = std::max(largest, std::fabs(value));
    }
    std::vector<int32_t> ids(x.size());
    for (size_t i = 0; i < x.size(); ++i) {
        ids[i] = static_cast<int32_t>(i);
    }
    const auto level = [&](int32_t i) {
        return std::rint(std::fabs(x[static_cast<size_t>(i)]) * (127.0f / largest));
    };
    std::stable_sort(ids.begin(), ids.end(), [&](int32_t a, int32_t b) { return level(a) > level(b); });
    ids.resize(k);
    std::sort(ids.begin(), ids.end());
    return ids;
}

inline void inputs_of_a_linear(Checks & checks) {
    Fixture fixture;
    sp_cuda_model * model = fixture.model();
    Random random(3);
    fixture.x = random_vector(kNeurons, random);
    const sp_cuda_matrix matrix = fixture.ffn.down;
    sp_cuda_part * ffn = fixture.layer(model, 0);
    sp_cuda_part * part = sp_cuda_linear_create(model, 1, &matrix, fixture.why, sizeof fixture.why);
    checks.expect(part != nullptr, fixture.why);
    checks.expect(part->planes == ffn->planes, "down has planes twice");
    const auto expected = [&](const std::vector<int32_t> & ids) {
        std::vector<double> y(kWidth, 0.0);
        for (const int i : ids) {
            for (int o = 0; o < kWidth; ++o) {
                y[static_cast<size_t>(o)] +=
                    fixture.down.at(o, i) * static_cast<double>(fixture.x[static_cast<size_t>(i)]);
            }
        }
        return y;
    };
    const auto skipped = [&](const std::vector<int32_t> & ids) {
        double all = 0.0, kept = 0.0;
        for (const float value : fixture.x) {
            all += value * value;
        }
        for (const int i : ids) {
            kept += fixture.x[static_cast<size_t>(i)] * fixture.x[static_cast<size_t>(i)];
        }
        return 1.0 - kept / all;
    };
    std::vector<int32_t> all(kNeurons);
    for (int i = 0; i < kNeurons; ++i) {
        all[static_cast<size_t>(i)] = i;
    }
    checks.expect(norm_error(fixture.forward(part), expected(all)) < 1e-5, "undecided: dense");

    const std::vector<int32_t> top = quantised_top(fixture.x, 40);
    sp_cuda_counts counts[2];
    fixture.configure(part, {SP_QSPARSE, 0.0f, 40, nullptr, nullptr, 0, 0.4f, 1});
    checks.expect(norm_error(fixture.forward(part), expected(top)) < 1e-5, "Q-Sparse keeps others");
    checks.expect(sp_cuda_model_counts(model, counts) && counts[1].kept == 40 && counts[1].all == kNeurons,
                  "counts");
    checks.expect(std::fabs(counts[1].skipped_energy - skipped(top)) < 1e-5,
                  "the skipped energy is not that of the inputs");

    fixture.configure(part, {SP_TOPK, 0.0f, 20, nullptr, nullptr, 0, 0.2f, 1});
    fixture.forward(part);
    sp_cuda_model_counts(model, counts);
    const float boundary = counts[1].boundary;
    checks.expect(counts[1].kept == 20 && boundary > 0.0f, "a learning pass");
    fixture.configure(part, {SP_TEAL, boundary, 0, nullptr, nullptr, 0, 0.2f, 1});
    const std::vector<float> by_threshold = fixture.forward(part);
    sp_cuda_model_counts(model, counts);
    checks.expect(counts[1].kept == 20 && counts[1].boundary == 0.0f, "the boundary keeps the same");

    std::vector<float> norms(kNeurons, 1.0f);
    norms[7] = 1e6f;
    fixture.configure(part, {SP_TEAL, 1e3f, 0, norms.data(), nullptr, 0, 0.2f, 2});
    checks.expect(norm_error(fixture.forward(part), expected({7})) < 1e-5, "the norms do not weigh");

    fixture.configure(part, {SP_BLOCK_QSPARSE, 0.0f, 3, nullptr, nullptr, 0, 0.1f, 2});
    fixture.forward(part);
    sp_cuda_model_counts(model, counts);
    checks.expect(counts[1].kept == 3 * kNeurons / 32, "three of every block");

    fixture.x[5] = std::nanf("");
    fixture.configure(part, {SP_TEAL, boundary, 0, nullptr, nullptr, 0, 0.2f, 2});
    checks.expect(std::isfinite(fixture.forward(part)[0]), "what is no number was kept");
}

inline void bad_linears(Checks & checks) {
    Fixture fixture;
    sp_cuda_model * model = fixture.model();
    const auto refused = [&](sp_cuda_matrix matrix, const char * words) {
        const bool made =
            sp_cuda_linear_create(model, 1, &matrix, fixture.why, sizeof fixture.why) != nullptr;
        checks.expect(!made && std::string(fixture.why).find(words) == 0, fixture.why);
    };
    sp_cuda_matrix matrix = fixture.ffn.down;
    matrix.type = GGML_TYPE_Q5_K;
    refused(matrix, "no CUDA kernel");
    matrix = fixture.ffn.down;
    matrix.ne1 = 40;
    refused(matrix, "the width");
    matrix = fixture.ffn.down;
    matrix.ne0 = 65536 + 32;
    refused(matrix, "more than");
    matrix = fixture.ffn.down;
    sp_cuda_part * part = sp_cuda_linear_create(model, 1, &matrix, fixture.why, sizeof fixture.why);
    for (const sp_decision & bad :
         {sp_decision{SP_TOPK, 0.0f, kNeurons + 1, nullptr, nullptr, 0, 1.0f, 0},
          sp_decision{SP_BLOCK_QSPARSE, 0.0f, 33, nullptr, nullptr, 0, 1.0f, 0},
          sp_decision{SP_TEAL, std::nanf(""), 0, nullptr, nullptr, 0, 0.5f, 0}, list_of({1, 2})}) {
        checks.expect(!fixture.configure(part, bad), "a bad decision was taken");
    }
}

inline void bad_decisions(Checks & checks) {
    Fixture fixture;
    sp_cuda_part * layer = fixture.layer(fixture.model());
    checks.expect(fixture.configure(layer, list_of({4, 9})), fixture.why);
    for (const std::vector<int32_t> & ids :
         std::vector<std::vector<int32_t>>{{}, {9, 4}, {4, 4}, {-1, 4}, {4, kNeurons}}) {
        checks.expect(!fixture.configure(layer, list_of(ids)), "a bad list was taken");
    }
    checks.expect(!fixture.configure(layer, threshold_of(std::nanf(""))), "NaN was taken");
    checks.expect(!fixture.configure(layer, {SP_TOPK, 0.0f, kNeurons + 1, nullptr, nullptr, 0, 1.0f, 0}),
                  "more than all were taken");
    checks.expect(norm_error(fixture.forward(layer), fixture.reference({4, 9})) < 1e-4,
                  "a refused decision changed the layer");
}

} // namespace sp::cuda::test
