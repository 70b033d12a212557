/** Profiles come from disk and are not trusted: everything is checked before anything is used. */
#include "profile/keys.h"
#include "profile/profile.h"

#include "ggml.h"
#include "gguf.h"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace sparse_pilot {

namespace {

constexpr uint64_t largestFile = uint64_t{256} << 20;
constexpr uint32_t mostLayers = 4096;

struct GgufFree {
    void operator()(gguf_context * p) const { gguf_free(p); }
};
struct GgmlFree {
    void operator()(ggml_context * p) const { ggml_free(p); }
};

[[noreturn]] void refuse(const std::string & why) { throw std::runtime_error("profile refused: " + why); }

class Reader {
  public:
    explicit Reader(const std::string & path) : path_(path) {
        std::error_code error;
        size_ = std::filesystem::file_size(path, error);
        if (error)
            refuse("cannot read " + path + ": " + error.message());
        if (size_ > largestFile)
            refuse("the file is larger than any profile");
        gguf_init_params params = {};
        ggml_context * tensors = nullptr;
        params.no_alloc = true;
        params.ctx = &tensors;
        gguf_.reset(gguf_init_from_file(path.c_str(), params));
        tensors_.reset(tensors);
        if (!gguf_)
            refuse("not a readable GGUF file");
    }

    std::string text(const char * key) const {
        const int64_t id = need(key, GGUF_TYPE_STRING);
        return gguf_get_val_str(gguf_.get(), id);
    }
    uint32_t u32(const char * key) const {
        return gguf_get_val_u32(gguf_.get(), need(key, GGUF_TYPE_UINT32));
    }
    uint64_t u64(const char * key) const {
        return gguf_get_val_u64(gguf_.get(), need(key, GGUF_TYPE_UINT64));
    }

    std::vector<float> floats(const char * key) const {
        const int64_t id = need(key, GGUF_TYPE_ARRAY);
        if (gguf_get_arr_type(gguf_.get(), id) != GGUF_TYPE_FLOAT32)
            refuse(std::string(key) + " has the wrong type");
        const size_t n = gguf_get_arr_n(gguf_.get(), id);
        const float * data = static_cast<const float *>(gguf_get_arr_data(gguf_.get(), id));
        return std::vector<float>(data, data + n);
    }

    /** Empty when there is no such tensor. Values must be finite and not negative. */
    std::vector<float> tensor(const std::string & name) const {
        const int64_t id = gguf_find_tensor(gguf_.get(), name.c_str());
        if (id < 0)
            return {};
        const ggml_tensor * t = ggml_get_tensor(tensors_.get(), name.c_str());
        if (t == nullptr || t->type != GGML_TYPE_F32 || ggml_n_dims(t) != 1)
            refuse(name + " is not a row of f32");
        const uint64_t offset = gguf_get_data_offset(gguf_.get()) + gguf_get_tensor_offset(gguf_.get(), id);
        const uint64_t bytes = gguf_get_tensor_size(gguf_.get(), id);
        if (offset > size_ || bytes > size_ - offset)
            refuse("the file is truncated");
        std::vector<float> values(static_cast<size_t>(t->ne[0]));
        std::ifstream file(path_, std::ios::binary);
        file.seekg(static_cast<std::streamoff>(offset));
        file.read(reinterpret_cast<char *>(values.data()), static_cast<std::streamsize>(bytes));
        if (!file)
            refuse("the file is truncated");
        for (const float v : values)
            if (!std::isfinite(v) || v < 0)
                refuse(name + " holds a value that is not a finite, non-negative number");
        return values;
    }

  private:
    int64_t need(const char * key, gguf_type type) const {
        const int64_t id = gguf_find_key(gguf_.get(), key);
        if (id < 0)
            refuse(std::string(key) + " is missing");
        if (gguf_get_kv_type(gguf_.get(), id) != type)
            refuse(std::string(key) + " has the wrong type");
        return id;
    }

    std::string path_;
    uint64_t size_ = 0;
    std::unique_ptr<gguf_context, GgufFree> gguf_;
    std::unique_ptr<ggml_context, GgmlFree> tensors_;
};

ThresholdTable thresholds(const Reader & file, const std::string & name) {
    ThresholdTable table{file.tensor(name)};
    if (table.values.size() != static_cast<size_t>(profileDensityCount))
        refuse(name + " has the wrong length");
    for (size_t i = 1; i < table.values.size(); ++i)
        if (table.values[i] > table.values[i - 1])
            refuse(name + " rises with density");
    return table;
}

LayerProfile readLayer(const Reader & file, int layer) {
    LayerProfile profile;
    profile.neuronWeights = file.tensor(keys::weights(layer));
    if (profile.neuronWeights.empty())
        return profile;
    profile.importance = file.tensor(keys::importance(layer));
    if (profile.importance.size() != profile.neuronWeights.size())
        refuse("a layer's tensors differ in width");
    profile.cats = thresholds(file, keys::cats(layer));
    profile.chess = thresholds(file, keys::chess(layer));
    return profile;
}

} // namespace

Profile readProfile(const std::string & path, const std::string & modelSha256) {
    const Reader file(path);
    if (file.text(keys::architecture) != keys::architectureValue)
        refuse("not a sparsity profile");
    const uint32_t version = file.u32(keys::version);
    if (version != profileVersion)
        refuse("format version " + std::to_string(version) + " is not known here");
    Profile profile;
    profile.modelSha256 = file.text(keys::model);
    if (!modelSha256.empty() && profile.modelSha256 != modelSha256)
        refuse("it belongs to another model");
    profile.tokens = file.u64(keys::tokens);
    const uint32_t layers = file.u32(keys::layers);
    if (layers == 0 || layers > mostLayers)
        refuse("an impossible number of layers");
    const std::vector<float> sensitivity = file.floats(keys::sensitivity);
    if (sensitivity.size() != layers)
        refuse("sensitivities and layers differ in number");
    for (uint32_t l = 0; l < layers; ++l) {
        LayerProfile layer = readLayer(file, static_cast<int>(l));
        if (!std::isfinite(sensitivity[l]))
            refuse("a sensitivity is not a finite number");
        layer.sensitivity = sensitivity[l];
        profile.layers.push_back(std::move(layer));
    }
    const std::vector<float> curve = file.floats(keys::curve);
    if (curve.size() % 3 != 0 || curve.size() > 3000)
        refuse("the quality curve has the wrong length");
    for (size_t i = 0; i < curve.size(); i += 3) {
        const bool fits = curve[i] >= 0 && curve[i] <= static_cast<float>(SP_EXACT_ZERO) &&
                          curve[i + 1] > 0 && curve[i + 1] <= 1 && std::isfinite(curve[i + 2]);
        if (!fits)
            refuse("the quality curve holds an impossible point");
        profile.curve.push_back(
            {static_cast<sp_selector>(static_cast<int>(curve[i])), curve[i + 1], curve[i + 2]});
    }
    return profile;
}

} // namespace sparse_pilot
