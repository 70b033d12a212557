// Engines from GGUF files and from memory: which layers get layouts, why others do not, damaged files,
// cancelling.
#include "harness.h"
#include "model.h"

#include "gguf.h"

#include <atomic>
#include <filesystem>
#include <fstream>

using namespace model;

namespace {

namespace fs = std::filesystem;

void quiet(enum ggml_log_level, const char *, void *) {}
const bool silenced = (ggml_log_set(quiet, nullptr), true);

/** A GGUF with the given tensors, f32 ones included. */
class FileBuilder {
  public:
    FileBuilder() {
        ggml_init_params params = {};
        params.mem_size = size_t{16} << 20;
        memory_ = ggml_init(params);
        gguf_ = gguf_init_empty();
    }
    ~FileBuilder() {
        gguf_free(gguf_);
        ggml_free(memory_);
    }
    void add(const std::string & name, int type, const void * data, int64_t ne0, int64_t ne1) {
        ggml_tensor * t = ggml_new_tensor_2d(memory_, static_cast<ggml_type>(type), ne0, ne1);
        std::memcpy(t->data, data, ggml_nbytes(t));
        ggml_set_name(t, name.c_str());
        gguf_add_tensor(gguf_, t);
    }
    void add(const std::string & name, const Matrix & m) { add(name, m.type, m.data.data(), m.cols, m.rows); }
    void write(const std::string & path) const { gguf_write_to_file(gguf_, path.c_str(), false); }

  private:
    ggml_context * memory_;
    gguf_context * gguf_;
};

struct Sample {
    std::string path = (fs::temp_directory_path() /
                        ("sparse-pilot-engine-" + std::to_string(std::random_device{}()) + ".gguf"))
                           .string();
    Random random{4};
    Ffn ffn{Types{GGML_TYPE_Q4_1, GGML_TYPE_Q4_1, GGML_TYPE_Q4_1}, 64, 96, true, random};
    Matrix output{GGML_TYPE_Q8_0, 64, 64, random};
    std::vector<float> bias = random.vector(96, 0.5f), norm = random.vector(64, 1);

    /** Layers: 0 gated, 1 with biases, 2 experts, 3 a type without layout, 4 no FFN, 5 fused gate and up. */
    Sample() {
        FileBuilder file;
        const Matrix router(GGML_TYPE_F16, 4, 64, random), odd(GGML_TYPE_IQ4_NL, 96, 64, random),
            fused(GGML_TYPE_Q8_0, 192, 64, random);
        for (int l = 0; l < 6; ++l) {
            const std::string p = "blk." + std::to_string(l) + ".";
            file.add(p + "attn_norm.weight", GGML_TYPE_F32, norm.data(), 64, 1);
            if (l == 0)
                file.add(p + "attn_output.weight", output);
            if (l == 4)
                continue;
            if (l != 5)
                file.add(p + "ffn_gate.weight", l == 3 ? odd : ffn.gate);
            file.add(p + "ffn_up.weight", l == 5 ? fused : ffn.up);
            file.add(p + "ffn_down.weight", ffn.down);
            if (l == 1) {
                file.add(p + "ffn_gate.bias", GGML_TYPE_F32, bias.data(), 96, 1);
                file.add(p + "ffn_up.bias", GGML_TYPE_F32, bias.data(), 96, 1);
            }
            if (l == 2)
                file.add(p + "ffn_gate_inp.weight", router);
        }
        file.write(path);
    }
    ~Sample() { fs::remove(path); }
};

bool has(const char * text, const char * part) { return text && std::strstr(text, part); }

struct EngineHandle {
    char why[256] = {}; // before engine, whose making writes it
    sp_engine * engine;
    explicit EngineHandle(const std::string & path, sp_engine_options options = sp_engine_default_options())
        : engine(sp_engine_open(path.c_str(), &options, why, sizeof(why))) {}
    ~EngineHandle() { sp_engine_free(engine); }
};

} // namespace

TEST(layersOfAFileAndTheReasonsOfOthers) {
    CHECK(silenced);
    const Sample sample;
    const EngineHandle h(sample.path);
    CHECK_WITH(h.engine != nullptr, h.why);
    if (!h.engine)
        return;
    CHECK(sp_engine_n_layer(h.engine) == 6);
    CHECK(sp_engine_layer_reason(h.engine, 0) == nullptr && sp_engine_layer_reason(h.engine, 1) == nullptr);
    CHECK(has(sp_engine_layer_reason(h.engine, 2), "experts"));
    CHECK(has(sp_engine_layer_reason(h.engine, 3), "iq4_nl"));
    CHECK(has(sp_engine_layer_reason(h.engine, 4), "no up and down"));
    CHECK(has(sp_engine_layer_reason(h.engine, 5), "fused"));
    CHECK(has(sp_engine_layer_reason(h.engine, 99), "no such layer"));
    CHECK(sp_engine_n_embd(h.engine, 0) == 64 && sp_engine_n_ff(h.engine, 0) == 96);
    CHECK(sp_engine_extra_bytes(h.engine) > 0 && sp_engine_ffn_bytes(h.engine) == 2 * 3 * 64 * 96 / 32 * 20);
}

TEST(aLayerFromAFileComputesTheSameWithAndWithoutBias) {
    Sample sample;
    const EngineHandle h(sample.path);
    CHECK(h.engine != nullptr);
    if (!h.engine)
        return;
    sp_session * session = sp_session_create(h.engine);
    const std::vector<float> x = sample.random.vector(64, 1);
    for (int layer = 0; layer < 2; ++layer) {
        if (layer == 1)
            sample.ffn.gateBias = sample.ffn.upBias = sample.bias;
        std::vector<float> y(64);
        sp_ffn_args args = {};
        args.layer = layer;
        args.x = x.data();
        args.y = y.data();
        args.nth = 1;
        sp_ffn_forward(session, &args);
        const std::vector<double> expected =
            reference(sample.ffn, gateValues(sample.ffn, SP_ACT_SILU, x), x, std::vector<char>(96, 1));
        CHECK_WITH(relativeError(y, expected) < 4e-3, std::to_string(relativeError(y, expected)));
    }
    sp_session_free(session);
}

TEST(withoutAnOwnGateTheGateMustBeGiven) {
    const Sample sample;
    sp_engine_options options = sp_engine_default_options();
    const EngineHandle with(sample.path, options);
    options.own_gate = false;
    const EngineHandle without(sample.path, options);
    CHECK(sp_engine_extra_bytes(without.engine) < sp_engine_extra_bytes(with.engine));
    sp_session * session = sp_session_create(without.engine);
    sp_settings s = sp_default_settings();
    s.density = 0.5f;
    s.selector = SP_GRIFFIN;
    CHECK(sp_session_configure(session, &s, nullptr, 0));
    CHECK(!sp_layer_active(session, 0)); // a fixed mask reads the gate's rows itself
    s.selector = SP_CATS;
    CHECK(sp_session_configure(session, &s, nullptr, 0));
    CHECK(sp_layer_active(session, 0) && sp_layer_needs_gate(session, 0) && sp_layer_takes_gate(session, 0));
    sp_session_free(session);
}

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

TEST(truncatedMissingAndForeignFilesAreRefused) {
    const Sample sample;
    std::ifstream in(sample.path, std::ios::binary);
    const std::string whole(std::istreambuf_iterator<char>(in), {});
    const std::string path = sample.path + ".cut";
    for (size_t n = 0; n < whole.size() - 64; n += n < 3000 ? 61 : 1777) {
        std::ofstream(path, std::ios::binary).write(whole.data(), static_cast<std::streamsize>(n));
        const EngineHandle h(path);
        CHECK_WITH(h.engine == nullptr && std::strlen(h.why) > 0, std::to_string(n));
    }
    fs::remove(path);
    const EngineHandle missing(path);
    CHECK(missing.engine == nullptr && has(missing.why, "cannot read"));
}

TEST(buildingReportsProgressAndCanBeCancelled) {
    const Sample sample;
    std::atomic<int> calls{0};
    sp_engine_options options = sp_engine_default_options();
    options.progress_user = &calls;
    options.progress = [](float done, void * user) {
        ++*static_cast<std::atomic<int> *>(user);
        return done >= 0 && done <= 1;
    };
    for (const int threads : {1, 2, 3}) {
        options.n_threads = threads;
        const EngineHandle h(sample.path, options);
        CHECK(h.engine != nullptr);
    }
    CHECK(calls > 0);
    options.n_threads = 2;
    options.progress = [](float, void *) { return false; };
    const EngineHandle h(sample.path, options);
    CHECK(h.engine == nullptr && has(h.why, "cancelled"));
}

TEST(calibrationThroughTheApiMakesAProfileThatHoldsItsDensity) {
    Sample sample;
    const EngineHandle h(sample.path);
    sp_session * session = sp_session_create(h.engine);
    char why[256];
    const std::string profilePath = sample.path + ".profile";
    const std::string sha(64, 'c');
    CHECK(!sp_calibration_write(session, profilePath.c_str(), sha.c_str(), nullptr, why, sizeof(why)));
    CHECK(sp_calibration_begin(session, why, sizeof(why)));
    const auto pass = [&](sp_session * s, int layer, bool observe) {
        const std::vector<float> x = sample.random.vector(64, 1);
        sample.ffn.gateBias = sample.ffn.upBias = layer == 1 ? sample.bias : std::vector<float>();
        if (observe) {
            const std::vector<double> products = gateProducts(sample.ffn, x);
            const std::vector<float> gate(products.begin(), products.end());
            std::vector<float> up;
            for (int j = 0; j < 96; ++j)
                up.push_back(static_cast<float>(sample.ffn.up.dot(j, widened(x))));
            sp_observe_args a = {};
            a.layer = layer;
            a.gate_pre = gate.data();
            a.up = up.data();
            a.n_tokens = 1;
            a.nth = 1;
            sp_observe(s, &a);
            return 0.0;
        }
        std::vector<float> y(64);
        sp_ffn_args a = {};
        a.layer = layer;
        a.x = x.data();
        a.y = y.data();
        a.nth = 1;
        sp_ffn_forward(s, &a);
        sp_layer_counters c;
        sp_session_counters(s, layer, &c);
        return c.last_density;
    };
    for (int t = 0; t < 200; ++t)
        for (int l = 0; l < 2; ++l) {
            CHECK(sp_wants_observation(session, l));
            pass(session, l, true);
        }
    CHECK(sp_calibration_tokens(session) == 200);
    const sp_quality_point curve[] = {{SP_CHESS, 0.5f, 0.02f}};
    const float sensitivity[6] = {1, 1, -1, -1, -1, -1};
    const sp_calibration_extra extra = {sensitivity, curve, 1};
    CHECK_WITH(sp_calibration_write(session, profilePath.c_str(), sha.c_str(), &extra, why, sizeof(why)),
               why);
    sp_session_free(session);
    sp_profile * foreign =
        sp_profile_open(profilePath.c_str(), std::string(64, 'd').c_str(), why, sizeof(why));
    CHECK(foreign == nullptr && has(why, "another model"));
    sp_profile * profile = sp_profile_open(profilePath.c_str(), sha.c_str(), why, sizeof(why));
    CHECK_WITH(profile != nullptr, why);
    if (profile == nullptr)
        return;
    sp_quality_point point;
    CHECK(sp_profile_curve(profile, &point, 1) == 1 && point.selector == SP_CHESS);
    CHECK(sp_profile_tokens(profile) == 200 && sp_profile_n_layer(profile) == 6);
    for (const sp_selector selector : {SP_CATS, SP_CHESS}) {
        session = sp_session_create(h.engine);
        CHECK(sp_session_set_profile(session, profile, why, sizeof(why)));
        sp_settings s = sp_default_settings();
        s.selector = selector;
        s.density = 0.4f;
        s.hold = false;
        CHECK(sp_session_configure(session, &s, why, sizeof(why)));
        for (int l = 0; l < 2; ++l) {
            double sum = 0;
            for (int t = 0; t < 200; ++t)
                sum += pass(session, l, false);
            CHECK_WITH(std::fabs(sum / 200 - 0.4) < 0.05, std::to_string(sum / 200));
        }
        sp_session_free(session);
    }
    sp_profile_free(profile);
    fs::remove(profilePath);
}

TEST_MAIN
