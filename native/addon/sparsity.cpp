#include "arguments.h"
#include "register.h"
#include "selector-names.h"
#include "sparse-handle.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

namespace sparse_pilot::addon {
namespace {

int32_t sequenceArgument(const Napi::CallbackInfo & info, size_t index, const SparseContext & sparse) {
    const auto sequences = static_cast<int32_t>(llama_n_seq_max(sparse.context()));
    return integerArgument(info, index, "sequence", 0, sequences - 1);
}

// Settings with the arrays they point to.
struct OwnedSettings {
    sp_settings settings = sp_default_settings();
    std::vector<int32_t> denseLayers;
    std::vector<float> layerDensity;
};

template <class Array, class Element>
std::vector<Element> copied(const Napi::Value & value, napi_typedarray_type type) {
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type) {
        throw Napi::TypeError::New(value.Env(), "a typed array of another kind is expected");
    }
    const auto array = value.As<Array>();
    return std::vector<Element>(array.Data(), array.Data() + array.ElementLength());
}

void readSettings(const Napi::Object & object, int layers, OwnedSettings & out) {
    out.settings.selector = selectorOf(object.Env(), object.Get("selector").ToString());
    out.settings.density = object.Get("density").ToNumber().FloatValue();
    if (const Napi::Value value = object.Get("denseLayers"); !value.IsUndefined()) {
        out.denseLayers = copied<Napi::Int32Array, int32_t>(value, napi_int32_array);
        out.settings.dense_layers = out.denseLayers.data();
        out.settings.n_dense_layers = static_cast<int>(out.denseLayers.size());
    }
    if (const Napi::Value value = object.Get("layerDensity"); !value.IsUndefined()) {
        out.layerDensity = copied<Napi::Float32Array, float>(value, napi_float32_array);
        if (out.layerDensity.size() != static_cast<size_t>(layers)) {
            throw Napi::RangeError::New(object.Env(), "layerDensity must have one element a layer");
        }
        out.settings.layer_density = out.layerDensity.data();
    }
    if (const Napi::Value value = object.Get("decay"); !value.IsUndefined()) {
        out.settings.decay = value.ToNumber().FloatValue();
    }
    if (const Napi::Value value = object.Get("hold"); !value.IsUndefined()) {
        out.settings.hold = value.ToBoolean();
    }
    if (const Napi::Value value = object.Get("weightNorm"); !value.IsUndefined()) {
        out.settings.weight_norm = value.ToBoolean();
    }
}

// attach(context, engine)
void attach(const Napi::CallbackInfo & info) { attachSparseContext(info, 0, engineArgument(info, 1)); }

// detach(context): nothing happens when nothing is attached
void detach(const Napi::CallbackInfo & info) { detachSparseContext(info, 0); }

// select(context, sequence)
void select(const Napi::CallbackInfo & info) {
    const SparseContextPtr sparse = requireSparseContext(info, 0);
    sparse->select(sequenceArgument(info, 1, *sparse));
}

Pass passOf(const Napi::Env & env, const std::string & name) {
    if (name == "plain") {
        return Pass::plain;
    }
    if (name == "dense") {
        return Pass::dense;
    }
    if (name == "sparse") {
        return Pass::sparse;
    }
    throw Napi::RangeError::New(env, "unknown pass " + name);
}

// setPass(context, pass: 'plain' | 'dense' | 'sparse')
void setPass(const Napi::CallbackInfo & info) {
    const SparseContextPtr sparse = requireSparseContext(info, 0);
    sparse->setPass(passOf(info.Env(), stringArgument(info, 1, "pass")));
}

// configure(context, sequence, {selector, density, denseLayers?, layerDensity?, decay?, hold?, weightNorm?})
void configure(const Napi::CallbackInfo & info) {
    const SparseContextPtr sparse = requireSparseContext(info, 0);
    const int32_t sequence = sequenceArgument(info, 1, *sparse);
    if (!info[2].IsObject()) {
        throw Napi::TypeError::New(info.Env(), "settings are expected");
    }
    OwnedSettings owned;
    readSettings(info[2].As<Napi::Object>(), sparse->layers(), owned);
    if (std::string why; !sparse->configure(sequence, owned.settings, why)) {
        throw Napi::RangeError::New(info.Env(), why);
    }
}

// reset(context, sequence)
void reset(const Napi::CallbackInfo & info) {
    const SparseContextPtr sparse = requireSparseContext(info, 0);
    sparse->reset(sequenceArgument(info, 1, *sparse));
}

// beginRequest(context, sequence, kept)
void beginRequest(const Napi::CallbackInfo & info) {
    const SparseContextPtr sparse = requireSparseContext(info, 0);
    const int32_t sequence = sequenceArgument(info, 1, *sparse);
    const int32_t kept = integerArgument(info, 2, "kept", 0, std::numeric_limits<int32_t>::max());
    sparse->beginRequest(sequence, static_cast<uint64_t>(kept));
}

// counters(context, sequence) -> {passes, density, bytes, denseBytes, skippedEnergy: Float64Array;
// denseReasons; risk; gpuBytes}
Napi::Value counters(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    const SparseContextPtr sparse = requireSparseContext(info, 0);
    const sp_session * session = sparse->session(sequenceArgument(info, 1, *sparse));
    const auto layers = static_cast<size_t>(sparse->layers());
    Napi::Float64Array passes = Napi::Float64Array::New(env, layers);
    Napi::Float64Array density = Napi::Float64Array::New(env, layers);
    Napi::Float64Array bytes = Napi::Float64Array::New(env, layers);
    Napi::Float64Array denseBytes = Napi::Float64Array::New(env, layers);
    Napi::Float64Array energy = Napi::Float64Array::New(env, layers);
    Napi::Array reasons = Napi::Array::New(env, layers);
    for (size_t i = 0; i < layers; ++i) {
        sp_layer_counters layer;
        sp_session_counters(session, static_cast<int>(i), &layer);
        passes.Data()[i] = static_cast<double>(layer.passes);
        density.Data()[i] = layer.density;
        bytes.Data()[i] = layer.bytes;
        denseBytes.Data()[i] = layer.dense_bytes;
        energy.Data()[i] = layer.skipped_energy;
        const std::string & reason = sparse->denseReason(static_cast<int>(i));
        reasons.Set(static_cast<uint32_t>(i), reason.empty() ? env.Null() : Napi::String::New(env, reason));
    }
    Napi::Object result = Napi::Object::New(env);
    result.Set("passes", passes);
    result.Set("density", density);
    result.Set("bytes", bytes);
    result.Set("denseBytes", denseBytes);
    result.Set("skippedEnergy", energy);
    result.Set("denseReasons", reasons);
    result.Set("risk", sp_session_last_risk(session));
    result.Set("gpuBytes", static_cast<double>(sparse->gpuBytes()));
    return result;
}

// decision(context, sequence, layer) -> {active, ids}: what the next sparse pass of the layer keeps; ids only
// of a fixed mask
Napi::Value decision(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    const SparseContextPtr sparse = requireSparseContext(info, 0);
    const sp_session * session = sparse->session(sequenceArgument(info, 1, *sparse));
    const int32_t layer = integerArgument(info, 2, "layer", 0, sparse->layers() - 1);
    sp_decision decided;
    sp_session_decide(session, layer, &decided);
    const size_t count = decided.ids == nullptr ? 0 : static_cast<size_t>(decided.n_ids);
    Napi::Int32Array ids = Napi::Int32Array::New(env, count);
    std::copy(decided.ids, decided.ids + count, ids.Data());
    Napi::Object result = Napi::Object::New(env);
    result.Set("active", static_cast<bool>(sp_layer_active(session, layer)));
    result.Set("ids", ids);
    return result;
}

// clearCounters(context, sequence)
void clearCounters(const Napi::CallbackInfo & info) {
    const SparseContextPtr sparse = requireSparseContext(info, 0);
    sp_session_clear_counters(sparse->session(sequenceArgument(info, 1, *sparse)));
}

} // namespace

void registerSparsity(Napi::Env env, Napi::Object exports) {
    exports.Set("spAttach", Napi::Function::New(env, attach, "spAttach"));
    exports.Set("spDetach", Napi::Function::New(env, detach, "spDetach"));
    exports.Set("spSelect", Napi::Function::New(env, select, "spSelect"));
    exports.Set("spSetPass", Napi::Function::New(env, setPass, "spSetPass"));
    exports.Set("spConfigure", Napi::Function::New(env, configure, "spConfigure"));
    exports.Set("spReset", Napi::Function::New(env, reset, "spReset"));
    exports.Set("spBeginRequest", Napi::Function::New(env, beginRequest, "spBeginRequest"));
    exports.Set("spCounters", Napi::Function::New(env, counters, "spCounters"));
    exports.Set("spDecision", Napi::Function::New(env, decision, "spDecision"));
    exports.Set("spClearCounters", Napi::Function::New(env, clearCounters, "spClearCounters"));
}

} // namespace sparse_pilot::addon
