// Linears by input channel through the C API: their layouts, what a session keeps of them, and that it
// computes just that.
#include "harness.h"
#include "model-file.h"

#include <cmath>

using namespace model;

TEST(inputSparseLinearsOfAFile) {
    const Sample sample;
    const EngineHandle h(sample.path, sp_engine_default_options());
    sp_session * session = sp_session_create(h.engine);
    sp_settings s = sp_default_settings();
    s.density = 0.5f;
    char why[256] = "";
    for (const sp_selector selector : {SP_TEAL, SP_QSPARSE, SP_BLOCK_QSPARSE}) {
        s.selector = selector;
        CHECK(!sp_session_configure(session, &s, why, sizeof(why)));
        CHECK(has(why, "not built"));
    }
    const uint64_t before = sp_engine_extra_bytes(h.engine);
    sp_engine_options options = sp_engine_default_options();
    CHECK(!sp_engine_build_columns(h.engine, (sample.path + ".none").c_str(), &options, why, sizeof(why)));
    CHECK(has(why, "cannot read") && !sp_engine_has_columns(h.engine));
    options.progress = [](float, void *) { return false; };
    CHECK(!sp_engine_build_columns(h.engine, sample.path.c_str(), &options, why, sizeof(why)));
    CHECK(has(why, "cancelled") && !sp_engine_has_columns(h.engine));
    options.progress = nullptr;
    options.n_threads = 2;
    CHECK(sp_engine_build_columns(h.engine, sample.path.c_str(), &options, why, sizeof(why)));
    CHECK(sp_engine_has_columns(h.engine) && sp_engine_extra_bytes(h.engine) > before);
    CHECK(sp_engine_linear_reason(h.engine, 0, SP_ATTN_OUTPUT) == nullptr);
    CHECK(has(sp_engine_linear_reason(h.engine, 0, SP_ATTN_Q), "no such linear"));
    CHECK(has(sp_engine_linear_reason(h.engine, 2, SP_FFN_UP), "experts"));
    CHECK(has(sp_engine_linear_reason(h.engine, 3, SP_FFN_GATE), "iq4_nl"));
    CHECK(has(sp_engine_linear_reason(h.engine, 9, SP_FFN_GATE), "no such"));
    const int32_t dense[] = {1};
    for (const sp_selector selector : {SP_TEAL, SP_QSPARSE, SP_BLOCK_QSPARSE}) {
        s.selector = selector;
        s.dense_layers = dense;
        s.n_dense_layers = 1;
        CHECK_WITH(sp_session_configure(session, &s, why, sizeof(why)), why);
        CHECK(sp_layer_inputs_active(session, 0) && !sp_layer_active(session, 0));
        CHECK(!sp_layer_inputs_active(session, 1) && !sp_layer_inputs_active(session, 2));
        CHECK(sp_linear_active(session, 3, SP_FFN_UP) && !sp_linear_active(session, 3, SP_FFN_GATE));
        CHECK(!sp_linear_active(session, 0, SP_ATTN_Q) && !sp_linear_active(session, -1, SP_FFN_UP));
    }
    s = sp_default_settings();
    CHECK(sp_session_configure(session, &s, why, sizeof(why)) && !sp_layer_inputs_active(session, 0));
    sp_session_free(session);
}

TEST(aLinearOfASessionKeepsItsDensityAndComputesWhatItKept) {
    const Sample sample;
    const EngineHandle h(sample.path, sp_engine_default_options());
    const sp_engine_options options = sp_engine_default_options();
    CHECK(sp_engine_build_columns(h.engine, sample.path.c_str(), &options, nullptr, 0));
    sp_session * session = sp_session_create(h.engine);
    Random random(11);
    for (const bool weightNorm : {false, true}) {
        for (const sp_selector selector : {SP_TEAL, SP_QSPARSE, SP_BLOCK_QSPARSE}) {
            for (const sp_linear_role role : {SP_FFN_UP, SP_FFN_DOWN, SP_ATTN_OUTPUT}) {
                const Matrix & w = role == SP_FFN_UP     ? sample.ffn.up
                                   : role == SP_FFN_DOWN ? sample.ffn.down
                                                         : sample.output;
                sp_settings s = sp_default_settings();
                s.selector = selector;
                s.density = 0.5f;
                s.weight_norm = weightNorm;
                CHECK(sp_session_configure(session, &s, nullptr, 0));
                sp_session_reset(session);
                sp_session_clear_counters(session);
                constexpr int passes = 300;
                double kept = 0;
                for (int pass = 0; pass < passes; ++pass) {
                    // the first tokens are far larger, as attention sinks are
                    const std::vector<float> x =
                        random.vector(static_cast<size_t>(w.cols), pass < 1 ? 50.0f : 1.0f);
                    std::vector<float> y(static_cast<size_t>(w.rows), NAN);
                    onThreads(2, [&](int ith, int nth) {
                        const sp_linear_pass args = {0, role, x.data(), y.data(), ith, nth};
                        sp_linear_pass_forward(session, &args);
                    });
                    std::vector<int32_t> ids(static_cast<size_t>(w.cols));
                    const int n = sp_linear_kept(session, 0, role, ids.data(), w.cols);
                    ids.resize(static_cast<size_t>(n));
                    kept += static_cast<double>(n) / w.cols;
                    std::vector<double> masked(x.size());
                    for (const int32_t i : ids)
                        masked[static_cast<size_t>(i)] = static_cast<double>(x[static_cast<size_t>(i)]);
                    const std::vector<double> seen = throughInt8(masked, activationBlock(w.type));
                    std::vector<double> expected(static_cast<size_t>(w.rows));
                    for (int o = 0; o < w.rows; ++o)
                        expected[static_cast<size_t>(o)] = w.dot(o, seen);
                    CHECK_WITH(relativeError(y, expected) < 4e-3, std::to_string(relativeError(y, expected)));
                }
                CHECK_WITH(std::fabs(kept / passes - 0.5) < 0.04, std::to_string(kept / passes));
                const double weights = 3 * 64 * 96 + 64 * 64; // of the layer's linears
                const double share = w.rows * static_cast<double>(w.cols) / weights;
                sp_layer_counters counters;
                sp_session_counters(session, 0, &counters);
                CHECK(counters.passes == passes && counters.bytes > 0);
                CHECK(std::fabs(counters.density - (1 - share + share * kept / passes)) < 1e-6);
                CHECK(counters.skipped_energy > 0 && counters.skipped_energy < 0.5);
            }
        }
    }
    sp_session_free(session);
}

TEST(exactZerosOfADownProjectionAreSkippedWithoutLoss) {
    const Sample sample;
    const EngineHandle h(sample.path, sp_engine_default_options());
    sp_session * session = sp_session_create(h.engine);
    sp_settings s = sp_default_settings();
    s.selector = SP_EXACT_ZERO;
    s.density = 0.5f;
    CHECK(sp_session_configure(session, &s, nullptr, 0) && !sp_layer_inputs_active(session, 0));
    sp_session_exact_downs(session, 1);
    const int32_t dense[] = {0};
    s.dense_layers = dense;
    s.n_dense_layers = 1;
    CHECK(sp_session_configure(session, &s, nullptr, 0) && !sp_layer_inputs_active(session, 0));
    s.n_dense_layers = 0;
    CHECK(sp_session_configure(session, &s, nullptr, 0));
    CHECK(sp_linear_active(session, 0, SP_FFN_DOWN) && !sp_linear_active(session, 0, SP_FFN_UP));
    CHECK(!sp_layer_inputs_active(session, 1));
    Random random(3);
    const Matrix & w = sample.ffn.down;
    std::vector<float> x = random.vector(96, 1);
    for (size_t i = 0; i < x.size(); ++i)
        x[i] = i % 12 == 5 ? x[i] : 0.0f;
    x[17] = -1e-30f;
    std::vector<float> y(64, NAN);
    const sp_linear_pass pass = {0, SP_FFN_DOWN, x.data(), y.data(), 0, 1};
    sp_linear_pass_forward(session, &pass);
    const std::vector<double> seen = throughInt8(widened(x), activationBlock(w.type));
    std::vector<double> expected(64);
    for (int o = 0; o < w.rows; ++o)
        expected[static_cast<size_t>(o)] = w.dot(o, seen);
    CHECK_WITH(relativeError(y, expected) < 4e-3, std::to_string(relativeError(y, expected)));
    CHECK(sp_linear_kept(session, 0, SP_FFN_DOWN, nullptr, 0) == 8);
    sp_layer_counters counters;
    sp_session_counters(session, 0, &counters);
    CHECK(counters.passes == 1 && std::fabs(counters.density - (2 + 8.0 / 96) / 3) < 1e-9);
    CHECK(counters.skipped_energy == 0);
    sp_session_free(session);
}

TEST(switchedAThousandTimesBetweenNeuronsAndInputs) {
    const Sample sample;
    const EngineHandle h(sample.path, sp_engine_default_options());
    const sp_engine_options options = sp_engine_default_options();
    CHECK(sp_engine_build_columns(h.engine, sample.path.c_str(), &options, nullptr, 0));
    sp_session * session = sp_session_create(h.engine);
    Random random(17);
    uint64_t neurons = 0, inputs = 0;
    for (int i = 0; i < 1000; ++i) {
        sp_settings s = sp_default_settings();
        s.selector = static_cast<sp_selector>(i % (SP_EXACT_ZERO + 1));
        s.density = 0.1f + 0.8f * random.uniform();
        s.weight_norm = i % 3 == 0;
        char why[256] = "";
        CHECK_WITH(sp_session_configure(session, &s, why, sizeof(why)), why);
        if (i % 50 == 0)
            sp_session_reset(session);
        if (i % 70 == 0)
            sp_session_begin_request(session, static_cast<uint64_t>(i % 9));
        for (int layer = 0; layer < sp_engine_n_layer(h.engine); ++layer) {
            const std::vector<float> x = random.vector(96, 1);
            std::vector<float> y(96, NAN);
            if (sp_layer_active(session, layer)) {
                onThreads(1 + i % 2, [&](int ith, int nth) {
                    const sp_ffn_args args = {layer, SP_ACT_RELU, x.data(), nullptr, y.data(), ith, nth};
                    sp_ffn_forward(session, &args);
                });
                CHECK(std::isfinite(y[0]) && std::isfinite(y[63]));
                ++neurons;
            }
            for (int role = 0; role < SP_LINEARS; ++role) {
                const auto linear = static_cast<sp_linear_role>(role);
                if (!sp_linear_active(session, layer, linear))
                    continue;
                int64_t in = 0, out = 0;
                sp_linear_shape(session, layer, linear, &in, &out);
                CHECK(in <= 96 && out <= 192);
                std::vector<float> product(static_cast<size_t>(out), NAN);
                onThreads(1 + i % 2, [&](int ith, int nth) {
                    const sp_linear_pass pass = {layer, linear, x.data(), product.data(), ith, nth};
                    sp_linear_pass_forward(session, &pass);
                });
                CHECK(std::all_of(product.begin(), product.end(), [](float v) { return std::isfinite(v); }));
                ++inputs;
            }
        }
    }
    CHECK(neurons > 1000 && inputs > 1000);
    sp_session_free(session);
}

TEST_MAIN
