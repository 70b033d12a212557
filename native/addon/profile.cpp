#include "arguments.h"
#include "register.h"
#include "selector-names.h"
#include "sparse-handle.h"

#include <string>
#include <vector>

namespace sparse_pilot::addon {
namespace {

constexpr size_t whySize = 512;

sp_session * sessionArgument(const Napi::CallbackInfo & info, const SparseContextPtr & sparse) {
    const auto sequences = static_cast<int32_t>(llama_n_seq_max(sparse->context()));
    return sparse->session(integerArgument(info, 1, "sequence", 0, sequences - 1));
}

// openProfile(path, modelSha256) -> profile; throws with the reason when the file is refused
Napi::Value openProfile(const Napi::CallbackInfo & info) {
    const std::string path = stringArgument(info, 0, "path");
    const std::string hash = stringArgument(info, 1, "modelSha256");
    char why[whySize] = "";
    ProfilePtr profile(sp_profile_open(path.c_str(), hash.c_str(), why, sizeof(why)), sp_profile_free);
    if (!profile) {
        throw Napi::Error::New(info.Env(), why);
    }
    return wrapProfile(info.Env(), std::move(profile));
}

// setProfile(context, sequence, profile or null)
void setProfile(const Napi::CallbackInfo & info) {
    const SparseContextPtr sparse = requireSparseContext(info, 0);
    const auto sequences = static_cast<int32_t>(llama_n_seq_max(sparse->context()));
    const int32_t sequence = integerArgument(info, 1, "sequence", 0, sequences - 1);
    ProfilePtr profile = info[2].IsNull() ? nullptr : profileArgument(info, 2);
    if (std::string why; !sparse->setProfile(sequence, std::move(profile), why)) {
        throw Napi::Error::New(info.Env(), why);
    }
}

// calibrationBegin(context, sequence)
void calibrationBegin(const Napi::CallbackInfo & info) {
    const SparseContextPtr sparse = requireSparseContext(info, 0);
    char why[whySize] = "";
    if (!sp_calibration_begin(sessionArgument(info, sparse), why, sizeof(why))) {
        throw Napi::Error::New(info.Env(), why);
    }
    sparse->refresh();
}

std::vector<sp_quality_point> readCurve(const Napi::Value & value) {
    std::vector<sp_quality_point> curve;
    if (!value.IsArray()) {
        return curve;
    }
    const auto array = value.As<Napi::Array>();
    for (uint32_t i = 0; i < array.Length(); ++i) {
        const Napi::Object point = array.Get(i).ToObject();
        curve.push_back({selectorOf(value.Env(), point.Get("selector").ToString()),
                         point.Get("density").ToNumber().FloatValue(),
                         point.Get("kl").ToNumber().FloatValue()});
    }
    return curve;
}

// calibrationWrite(context, sequence, path, modelSha256, {layerSensitivity?: Float32Array, curve?: [...]})
void calibrationWrite(const Napi::CallbackInfo & info) {
    const SparseContextPtr sparse = requireSparseContext(info, 0);
    const sp_session * session = sessionArgument(info, sparse);
    const std::string path = stringArgument(info, 2, "path");
    const std::string hash = stringArgument(info, 3, "modelSha256");
    const Napi::Object options =
        info[4].IsObject() ? info[4].As<Napi::Object>() : Napi::Object::New(info.Env());
    const std::vector<sp_quality_point> curve = readCurve(options.Get("curve"));
    sp_calibration_extra extra = {};
    extra.curve = curve.empty() ? nullptr : curve.data();
    extra.n_curve = static_cast<int>(curve.size());
    if (const Napi::Value value = options.Get("layerSensitivity"); value.IsTypedArray()) {
        const auto array = value.As<Napi::Float32Array>();
        if (array.TypedArrayType() != napi_float32_array ||
            array.ElementLength() != static_cast<size_t>(sparse->layers())) {
            throw Napi::RangeError::New(info.Env(), "layerSensitivity must have one 32-bit float a layer");
        }
        extra.layer_sensitivity = array.Data();
    }
    char why[whySize] = "";
    if (!sp_calibration_write(session, path.c_str(), hash.c_str(), &extra, why, sizeof(why))) {
        throw Napi::Error::New(info.Env(), why);
    }
}

} // namespace

void registerProfile(Napi::Env env, Napi::Object exports) {
    exports.Set("spOpenProfile", Napi::Function::New(env, openProfile, "spOpenProfile"));
    exports.Set("spSetProfile", Napi::Function::New(env, setProfile, "spSetProfile"));
    exports.Set("spCalibrationBegin", Napi::Function::New(env, calibrationBegin, "spCalibrationBegin"));
    exports.Set("spCalibrationWrite", Napi::Function::New(env, calibrationWrite, "spCalibrationWrite"));
}

} // namespace sparse_pilot::addon
