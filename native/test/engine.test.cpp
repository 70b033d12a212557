// Engines from GGUF files and from memory: which layers get layouts, why others do not, damaged files,
// cancelling.
#include "harness.h"
#include "model-file.h"

#include <atomic>
#include <filesystem>
#include <fstream>

using namespace model;
namespace fs = std::filesystem;

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

TEST(aBiasThatCannotBeUsedKeepsItsLayerDense) {
    const Sample sample;
    const std::vector<ggml_fp16_t> half(96);
    for (const int kind : {0, 1}) { // of another type, of another length
        FileBuilder file;
        for (int l = 0; l < 2; ++l) {
            const std::string p = "blk." + std::to_string(l) + ".";
            file.add(p + "ffn_gate.weight", sample.ffn.gate);
            file.add(p + "ffn_up.weight", sample.ffn.up);
            file.add(p + "ffn_down.weight", sample.ffn.down);
        }
        if (kind == 0)
            file.add("blk.1.ffn_up.bias", GGML_TYPE_F16, half.data(), 96, 1);
        else
            file.add("blk.1.ffn_gate.bias", GGML_TYPE_F32, sample.bias.data(), 64, 1);
        const std::string path = sample.path + ".bias";
        file.write(path);
        const EngineHandle h(path);
        CHECK_WITH(h.engine != nullptr, h.why);
        CHECK(sp_engine_layer_reason(h.engine, 0) == nullptr);
        CHECK(has(sp_engine_layer_reason(h.engine, 1), kind == 0 ? "ffn_up.bias" : "ffn_gate.bias"));
        fs::remove(path);
    }
}

/** Where the description of a tensor lies in a file: its dimensions' number, they themselves, type, offset.
 */
size_t descriptionOf(const std::string & bytes, const char * tensor) {
    return bytes.find(tensor) + std::strlen(tensor);
}

TEST(hostileShapesTypesAndOffsetsAreRefusedOrDense) {
    const Sample sample;
    std::ifstream in(sample.path, std::ios::binary);
    const std::string whole(std::istreambuf_iterator<char>(in), {});
    const std::string path = sample.path + ".hostile";
    const auto put = [](std::string & bytes, size_t at, auto value) {
        std::memcpy(bytes.data() + at, &value, sizeof(value));
    };
    const auto opens = [&](const std::string & bytes) {
        std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        const EngineHandle h(path);
        CHECK(h.engine != nullptr || std::strlen(h.why) > 0);
        if (h.engine == nullptr)
            return false;
        const sp_engine_options options = sp_engine_default_options();
        sp_engine_build_columns(h.engine, path.c_str(), &options, nullptr, 0);
        return sp_engine_layer_reason(h.engine, 0) == nullptr;
    };
    CHECK(opens(whole));
    for (const char * tensor : {"blk.0.ffn_up.weight", "blk.0.ffn_down.weight", "blk.1.ffn_gate.bias",
                                "blk.0.attn_output.weight"}) {
        const size_t at = descriptionOf(whole, tensor);
        uint32_t dimensions = 0;
        std::memcpy(&dimensions, whole.data() + at, sizeof(dimensions));
        const size_t type = at + 4 + 8 * dimensions;
        for (size_t d = 0; d < dimensions; ++d)
            for (const uint64_t size : {uint64_t{0}, uint64_t{1} << 22, uint64_t{1} << 32, uint64_t{1} << 62,
                                        UINT64_MAX, uint64_t{32}, uint64_t{128}}) {
                std::string bytes = whole;
                put(bytes, at + 4 + 8 * d, size);
                opens(bytes);
            }
        for (int32_t t = -1; t <= GGML_TYPE_COUNT; ++t) {
            std::string bytes = whole;
            put(bytes, type, t);
            opens(bytes);
        }
        for (const uint64_t offset : {uint64_t{1} << 20, uint64_t{1} << 63, UINT64_MAX - 31}) {
            std::string bytes = whole;
            put(bytes, type + 4, offset);
            CHECK(!opens(bytes));
        }
    }
    std::mt19937_64 random(7);
    const size_t header = whole.find("blk.5.ffn_down.weight");
    for (int i = 0; i < 600; ++i) {
        std::string bytes = whole;
        for (int k = 0; k < 1 + i % 3; ++k)
            bytes[random() % header] = static_cast<char>(random());
        opens(bytes);
    }
    fs::remove(path);
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
