#include "profile/keys.h"
#include "profile/profile.h"

#include "ggml.h"
#include "gguf.h"

#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace sparse_pilot {

namespace {

struct GgufFree {
    void operator()(gguf_context * p) const { gguf_free(p); }
};
struct GgmlFree {
    void operator()(ggml_context * p) const { ggml_free(p); }
};

size_t floatsOf(const Profile & profile) {
    size_t n = 0;
    for (const LayerProfile & l : profile.layers)
        n += l.cats.values.size() + l.chess.values.size() + l.neuronWeights.size() + l.importance.size();
    return n;
}

} // namespace

void writeProfile(const Profile & profile, const std::string & path) {
    const size_t tensors = profile.layers.size() * 4;
    ggml_init_params params = {};
    params.mem_size = floatsOf(profile) * sizeof(float) + (tensors + 1) * (ggml_tensor_overhead() + 64);
    const std::unique_ptr<ggml_context, GgmlFree> memory(ggml_init(params));
    const std::unique_ptr<gguf_context, GgufFree> gguf(gguf_init_empty());
    if (!memory || !gguf)
        throw std::bad_alloc();
    gguf_set_val_str(gguf.get(), keys::architecture, keys::architectureValue);
    gguf_set_val_u32(gguf.get(), keys::version, profileVersion);
    gguf_set_val_str(gguf.get(), keys::model, profile.modelSha256.c_str());
    gguf_set_val_u64(gguf.get(), keys::tokens, profile.tokens);
    gguf_set_val_u32(gguf.get(), keys::layers, static_cast<uint32_t>(profile.layers.size()));
    std::vector<float> sensitivity, curve;
    for (const LayerProfile & l : profile.layers)
        sensitivity.push_back(l.sensitivity);
    for (const sp_quality_point & p : profile.curve)
        curve.insert(curve.end(), {static_cast<float>(p.selector), p.density, p.kl});
    gguf_set_arr_data(gguf.get(), keys::sensitivity, GGUF_TYPE_FLOAT32, sensitivity.data(),
                      sensitivity.size());
    gguf_set_arr_data(gguf.get(), keys::curve, GGUF_TYPE_FLOAT32, curve.data(), curve.size());
    const auto add = [&](const std::string & name, const std::vector<float> & values) {
        if (values.empty())
            return;
        ggml_tensor * t =
            ggml_new_tensor_1d(memory.get(), GGML_TYPE_F32, static_cast<int64_t>(values.size()));
        std::memcpy(t->data, values.data(), values.size() * sizeof(float));
        ggml_set_name(t, name.c_str());
        gguf_add_tensor(gguf.get(), t);
    };
    for (size_t l = 0; l < profile.layers.size(); ++l) {
        const LayerProfile & layer = profile.layers[l];
        const int i = static_cast<int>(l);
        add(keys::cats(i), layer.cats.values);
        add(keys::chess(i), layer.chess.values);
        add(keys::weights(i), layer.neuronWeights);
        add(keys::importance(i), layer.importance);
    }
    const std::string part = path + ".part";
    std::error_code error;
    if (!gguf_write_to_file(gguf.get(), part.c_str(), false)) {
        std::filesystem::remove(part, error);
        throw std::runtime_error("cannot write " + part);
    }
    std::filesystem::rename(part, path, error);
    if (!error)
        return;
    const std::string why = error.message();
    std::filesystem::remove(part, error);
    throw std::runtime_error("cannot write " + path + ": " + why);
}

} // namespace sparse_pilot
