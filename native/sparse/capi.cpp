/** The plain C API over the C++ classes: no exception leaves it. */
#include "sparse-pilot.h"

#include "layout/gguf-source.h"
#include "linear.h"
#include "model-columns.h"
#include "profile/calibration.h"
#include "session.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

using namespace sparse_pilot;

struct sp_engine {
    Engine engine;
};
struct sp_session {
    Session session;
};
struct sp_profile {
    Profile profile;
};
struct sp_linear {
    Linear linear;
};

namespace {

void explain(char * why, size_t size, const char * text) {
    if (why == nullptr || size == 0)
        return;
    const size_t n = std::min(size - 1, std::strlen(text));
    std::memcpy(why, text, n);
    why[n] = 0;
}

/** Runs fn; on an exception leaves its sentence and returns `failed`. */
template <typename Result, typename Fn> Result guarded(char * why, size_t size, Result failed, Fn fn) {
    try {
        explain(why, size, "");
        return fn();
    } catch (const std::bad_alloc &) {
        explain(why, size, "not enough memory");
    } catch (const std::exception & error) {
        explain(why, size, error.what());
    }
    return failed;
}

} // namespace

sp_engine_options sp_engine_default_options(void) { return {1, true, SP_RECORD_PAIR, nullptr, nullptr}; }

sp_engine * sp_engine_open(const char * path, const sp_engine_options * options, char * why, size_t size) {
    return guarded<sp_engine *>(why, size, nullptr, [&] {
        const GgufSource source(path);
        return new sp_engine{Engine(
            source.layers(), [&](int layer) { return source.load(layer); }, *options)};
    });
}

sp_engine * sp_engine_create(const sp_ffn_weights * layers, int count, const sp_engine_options * options,
                             char * why, size_t size) {
    return guarded<sp_engine *>(why, size, nullptr, [&] {
        const auto load = [&](int layer) {
            LoadedFfn loaded;
            loaded.weights = layers[layer];
            return loaded;
        };
        return new sp_engine{Engine(count, load, *options)};
    });
}

void sp_engine_free(sp_engine * engine) { delete engine; }
int sp_engine_n_layer(const sp_engine * engine) { return engine->engine.layers(); }

const char * sp_engine_layer_reason(const sp_engine * engine, int layer) {
    if (layer < 0 || layer >= engine->engine.layers())
        return "there is no such layer";
    return engine->engine.layer(layer) ? nullptr : engine->engine.reason(layer).c_str();
}

int sp_engine_n_embd(const sp_engine * engine, int layer) {
    const FfnLayout * layout = engine->engine.layer(layer);
    return layout ? layout->d : 0;
}

int sp_engine_n_ff(const sp_engine * engine, int layer) {
    const FfnLayout * layout = engine->engine.layer(layer);
    return layout ? layout->f : 0;
}

bool sp_engine_build_columns(sp_engine * engine, const char * path, const sp_engine_options * options,
                             char * why, size_t size) {
    return guarded(why, size, false, [&] {
        if (engine->engine.columns() == nullptr)
            engine->engine.buildColumns(GgufSource(path), *options);
        return true;
    });
}

const char * sp_linear_name(sp_linear_role role) {
    static constexpr const char * names[SP_LINEARS] = {"attn_q",      "attn_k",   "attn_v", "attn_qkv",
                                                       "attn_output", "ffn_gate", "ffn_up", "ffn_down"};
    return names[role];
}

bool sp_engine_has_columns(const sp_engine * engine) { return engine->engine.columns() != nullptr; }

const char * sp_engine_linear_reason(const sp_engine * engine, int layer, sp_linear_role role) {
    if (layer < 0 || layer >= engine->engine.layers() || role < 0 || role >= SP_LINEARS)
        return "there is no such linear";
    const ModelColumns * columns = engine->engine.columns();
    if (columns == nullptr)
        return "the layouts of input-sparse linears are not built";
    const ColumnsOfLinear & linear = columns->layer(layer)[static_cast<size_t>(role)];
    if (linear.layout)
        return nullptr;
    return linear.reason.empty() ? "the layer has no such linear" : linear.reason.c_str();
}

uint64_t sp_engine_extra_bytes(const sp_engine * engine) { return engine->engine.extraBytes(); }
uint64_t sp_engine_column_bytes(const sp_engine * engine) { return engine->engine.columnBytes(); }
uint64_t sp_engine_ffn_bytes(const sp_engine * engine) { return engine->engine.sourceBytes(); }
const char * sp_simd_name(void) { return kernels().name; }

sp_session * sp_session_create(const sp_engine * engine) {
    return guarded<sp_session *>(nullptr, 0, nullptr,
                                 [&] { return new sp_session{Session(engine->engine)}; });
}

void sp_session_free(sp_session * session) { delete session; }

sp_settings sp_default_settings(void) { return {SP_NONE, 1.0f, nullptr, nullptr, 0, 0.98f, true, false}; }

bool sp_session_configure(sp_session * session, const sp_settings * settings, char * why, size_t size) {
    return guarded(why, size, false, [&] {
        session->session.configure(*settings);
        return true;
    });
}

bool sp_session_set_profile(sp_session * session, const sp_profile * profile, char * why, size_t size) {
    return guarded(why, size, false, [&] {
        session->session.setProfile(profile ? &profile->profile : nullptr);
        return true;
    });
}

bool sp_layer_active(const sp_session * session, int layer) { return session->session.active(layer); }
bool sp_layer_takes_gate(const sp_session * session, int layer) { return session->session.takesGate(layer); }
bool sp_selector_suits(const sp_session * session, sp_act act) { return session->session.suits(act); }
bool sp_layer_needs_gate(const sp_session * session, int layer) {
    const FfnLayout * layout = session->session.engine().layer(layer);
    return layout && !layout->hasSelectingRows();
}
bool sp_wants_observation(const sp_session * session, int layer) {
    return session->session.wantsObservation(layer);
}

void sp_ffn_forward(sp_session * session, const sp_ffn_args * args) { session->session.forward(*args); }

bool sp_linear_active(const sp_session * session, int layer, sp_linear_role role) {
    return session->session.inputs().active(layer, role);
}

void sp_session_exact_downs(sp_session * session, int layers) {
    session->session.inputs().setExactDowns(layers);
}

bool sp_layer_inputs_active(const sp_session * session, int layer) {
    return session->session.inputs().active(layer);
}

void sp_linear_shape(const sp_session * session, int layer, sp_linear_role role, int64_t * inputs,
                     int64_t * outputs) {
    const ColumnLayout & layout = session->session.inputs().layout(layer, role);
    *inputs = layout.inputs;
    *outputs = layout.shape.n;
}

void sp_linear_pass_forward(sp_session * session, const sp_linear_pass * pass) {
    session->session.inputs().forward(*pass);
}

int sp_linear_kept(const sp_session * session, int layer, sp_linear_role role, int32_t * out, int n) {
    if (!session->session.inputs().active(layer, role))
        return 0;
    const std::vector<int32_t> & kept = session->session.inputs().kept(layer, role);
    std::copy_n(kept.begin(), std::min<size_t>(kept.size(), static_cast<size_t>(std::max(n, 0))), out);
    return static_cast<int>(kept.size());
}

void sp_session_decide(const sp_session * session, int layer, sp_decision * out) {
    *out = {SP_NONE, 0.0f, 0, nullptr, nullptr, 0, 1.0f, session->session.revision()};
    if (layer < 0 || layer >= session->session.engine().layers())
        return;
    const Decision decision = session->session.decision(layer);
    const auto share = [&](size_t kept) {
        return static_cast<float>(kept) / static_cast<float>(session->session.engine().layer(layer)->f);
    };
    switch (decision.kind) {
    case Decision::Kind::All:
        return;
    case Decision::Kind::From:
        out->kind = SP_CATS;
        out->threshold = decision.from.threshold;
        out->weights = decision.from.weights;
        out->density = static_cast<float>(session->session.expectedDensity(layer));
        return;
    case Decision::Kind::Largest:
        out->kind = SP_TOPK;
        out->count = decision.largest.count;
        out->weights = decision.largest.weights;
        out->density = share(static_cast<size_t>(decision.largest.count));
        return;
    case Decision::Kind::Fixed:
        out->kind = SP_GRIFFIN;
        out->ids = decision.fixed.ids->data();
        out->n_ids = static_cast<int>(decision.fixed.ids->size());
        out->density = share(decision.fixed.ids->size());
        return;
    }
}

void sp_session_report(sp_session * session, int layer, double density, double skipped_energy,
                       float boundary) {
    if (layer < 0 || layer >= session->session.engine().layers())
        return;
    session->session.report(layer, density, skipped_energy, boundary);
}

void sp_session_decide_linear(const sp_session * session, int layer, sp_linear_role role, sp_decision * out) {
    *out = {SP_NONE, 0.0f, 0, nullptr, nullptr, 0, 1.0f, session->session.revision()};
    if (!session->session.inputs().active(layer, role))
        return;
    *out = session->session.inputs().decision(layer, role);
    out->revision = session->session.revision();
}

void sp_session_report_linear(sp_session * session, int layer, sp_linear_role role, double density,
                              double skipped_energy, float boundary) {
    if (session->session.inputs().active(layer, role))
        session->session.inputs().report(layer, role, density, skipped_energy, boundary);
}

void sp_observe(sp_session * session, const sp_observe_args * args) { session->session.observe(*args); }
bool sp_layer_takes_sums(const sp_session * session, int layer) { return session->session.takesSums(layer); }
float sp_session_decay(const sp_session * session) { return session->session.decay(); }
void sp_observe_sums(sp_session * session, int layer, uint64_t tokens, const float * importance) {
    session->session.observeSums(layer, tokens, importance);
}
void sp_session_reset(sp_session * session) { session->session.reset(); }
void sp_session_begin_request(sp_session * session, uint64_t kept) { session->session.beginRequest(kept); }
int sp_session_prompt_rows(const sp_session * session) { return session->session.promptRows(); }

void sp_session_counters(const sp_session * session, int layer, sp_layer_counters * out) {
    *out = {};
    if (layer < 0 || layer >= session->session.engine().layers())
        return;
    const LayerTotals t = session->session.totals(layer);
    if (t.passes == 0)
        return;
    const double n = static_cast<double>(t.passes);
    *out = {t.passes,      t.density / n,      t.bytes / n, t.denseBytes / n, t.skippedEnergy / n,
            t.lastDensity, t.lastSkippedEnergy};
}

void sp_session_clear_counters(sp_session * session) { session->session.clearTotals(); }
double sp_session_last_risk(const sp_session * session) { return session->session.lastRisk(); }

bool sp_calibration_begin(sp_session * session, char * why, size_t size) {
    return guarded(why, size, false, [&] {
        session->session.beginCalibration();
        return true;
    });
}

uint64_t sp_calibration_tokens(const sp_session * session) { return calibrationTokens(session->session); }

bool sp_calibration_write(const sp_session * session, const char * path, const char * sha256,
                          const sp_calibration_extra * extra, char * why, size_t size) {
    return guarded(why, size, false, [&] {
        writeProfile(makeProfile(session->session, sha256, extra), path);
        return true;
    });
}

sp_profile * sp_profile_open(const char * path, const char * sha256, char * why, size_t size) {
    return guarded<sp_profile *>(why, size, nullptr,
                                 [&] { return new sp_profile{readProfile(path, sha256 ? sha256 : "")}; });
}

void sp_profile_free(sp_profile * profile) { delete profile; }
int sp_profile_n_layer(const sp_profile * profile) {
    return static_cast<int>(profile->profile.layers.size());
}
uint64_t sp_profile_tokens(const sp_profile * profile) { return profile->profile.tokens; }

int sp_profile_curve(const sp_profile * profile, sp_quality_point * out, int n) {
    const auto & curve = profile->profile.curve;
    std::copy_n(curve.begin(), std::min<size_t>(curve.size(), static_cast<size_t>(std::max(n, 0))), out);
    return static_cast<int>(curve.size());
}

sp_linear * sp_linear_create(const sp_tensor * weights, char * why, size_t size) {
    return guarded<sp_linear *>(why, size, nullptr, [&] { return new sp_linear{Linear(*weights)}; });
}

void sp_linear_free(sp_linear * linear) { delete linear; }
uint64_t sp_linear_bytes(const sp_linear * linear) { return linear->linear.bytes(); }

float sp_linear_forward(sp_linear * linear, const sp_linear_rule * rule, const sp_linear_args * args) {
    return linear->linear.forward(*rule, *args);
}
