#include "layout/gguf-source.h"

#include "ggml.h"
#include "gguf.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace sparse_pilot {

namespace fs = std::filesystem;

struct GgufSource::Part {
    std::string path;
    gguf_context * gguf = nullptr;
    ggml_context * tensors = nullptr;
    uint64_t fileSize = 0;

    explicit Part(const std::string & file) : path(file) {
        std::error_code error;
        fileSize = fs::file_size(path, error);
        if (error)
            throw std::runtime_error("cannot read " + path + ": " + error.message());
        gguf_init_params params = {};
        params.no_alloc = true;
        params.ctx = &tensors;
        gguf = gguf_init_from_file(path.c_str(), params);
        if (gguf == nullptr)
            throw std::runtime_error(path + " is not a readable GGUF file");
    }
    Part(const Part &) = delete;
    Part & operator=(const Part &) = delete;
    ~Part() {
        gguf_free(gguf);
        ggml_free(tensors);
    }
};

struct GgufSource::Found {
    const Part * part = nullptr;
    const ggml_tensor * tensor = nullptr;
    uint64_t offset = 0;
};

namespace {

/** "name-00001-of-00003.gguf" stands for all three; any other name for itself. */
std::vector<std::string> partPaths(const std::string & path) {
    constexpr size_t tail = sizeof("-00001-of-00001.gguf") - 1;
    if (path.size() < tail)
        return {path};
    const std::string stem = path.substr(0, path.size() - tail), end = path.substr(path.size() - tail);
    int first = 0, count = 0, used = 0;
    const int read = std::sscanf(end.c_str(), "-%5d-of-%5d.gguf%n", &first, &count, &used);
    if (read != 2 || used != static_cast<int>(tail) || first != 1 || count < 1 || count > 999)
        return {path};
    std::vector<std::string> paths;
    for (int i = 1; i <= count; ++i) {
        char name[32];
        std::snprintf(name, sizeof(name), "-%05d-of-%05d.gguf", i % 1000, count % 1000);
        paths.push_back(stem + name);
    }
    return paths;
}

} // namespace

GgufSource::GgufSource(const std::string & path) {
    for (const std::string & part : partPaths(path))
        parts_.push_back(std::make_unique<Part>(part));
    while (layers_ < 4096 && has("blk." + std::to_string(layers_) + ".attn_norm.weight"))
        ++layers_;
    if (layers_ > 0)
        return;
    while (layers_ < 4096 && (has("blk." + std::to_string(layers_) + ".ffn_up.weight") ||
                              has("blk." + std::to_string(layers_) + ".ffn_down.weight")))
        ++layers_;
    if (layers_ == 0)
        throw std::runtime_error(path + " has no transformer layers");
}

GgufSource::~GgufSource() = default;

GgufSource::Found GgufSource::find(const std::string & name) const {
    for (const auto & part : parts_) {
        const int64_t id = gguf_find_tensor(part->gguf, name.c_str());
        if (id < 0)
            continue;
        Found found;
        found.part = part.get();
        found.tensor = ggml_get_tensor(part->tensors, name.c_str());
        found.offset = gguf_get_data_offset(part->gguf) + gguf_get_tensor_offset(part->gguf, id);
        const uint64_t size = gguf_get_tensor_size(part->gguf, id);
        if (found.tensor == nullptr || found.offset > part->fileSize || size > part->fileSize - found.offset)
            throw std::runtime_error(part->path + " is truncated: " + name + " lies beyond its end");
        return found;
    }
    return {};
}

bool GgufSource::has(const std::string & name) const { return find(name).part != nullptr; }

bool GgufSource::hasExperts(int layer) const {
    return has("blk." + std::to_string(layer) + ".ffn_gate_inp.weight");
}

LoadedTensor GgufSource::tensor(const std::string & name) const {
    LoadedTensor loaded;
    const Found found = find(name);
    if (found.part == nullptr)
        return loaded;
    const ggml_tensor & t = *found.tensor;
    if (t.ne[0] < 1 || t.ne[1] < 1 || t.ne[2] != 1 || t.ne[3] != 1)
        throw std::runtime_error(found.part->path + " is damaged: " + name + " is no matrix");
    loaded.bytes.resize(ggml_nbytes(&t));
    std::ifstream file(found.part->path, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(found.offset));
    file.read(reinterpret_cast<char *>(loaded.bytes.data()),
              static_cast<std::streamsize>(loaded.bytes.size()));
    if (!file)
        throw std::runtime_error(found.part->path + " could not be read to its end");
    loaded.view = {t.type, loaded.bytes.data(), t.ne[0], t.ne[1], t.nb[1]};
    return loaded;
}

LoadedFfn GgufSource::load(int layer) const {
    LoadedFfn loaded;
    const std::string prefix = "blk." + std::to_string(layer) + ".";
    const auto read = [&](const char * name, sp_tensor & out) {
        LoadedTensor found = tensor(prefix + name);
        if (found.view.data == nullptr)
            return false;
        loaded.storage.push_back(std::move(found.bytes));
        out = found.view;
        return true;
    };
    const auto readBias = [&](const char * name, int64_t n) -> const float * {
        sp_tensor bias = {};
        if (!read(name, bias))
            return nullptr;
        if (bias.type != GGML_TYPE_F32 || bias.ne0 != n || bias.ne1 != 1)
            loaded.reason = std::string(name) + " is not one f32 for each neuron";
        return static_cast<const float *>(bias.data);
    };
    sp_ffn_weights & w = loaded.weights;
    if (hasExperts(layer)) {
        loaded.reason = "mixture of experts";
    } else if (!read("ffn_up.weight", w.up) || !read("ffn_down.weight", w.down)) {
        loaded.reason = "no up and down projections of its own";
    } else {
        read("ffn_gate.weight", w.gate);
        if (w.gate.data == nullptr && w.up.ne1 != w.down.ne0)
            loaded.reason = "gate and up are one fused matrix";
        w.gate_bias = readBias("ffn_gate.bias", w.up.ne1);
        w.up_bias = readBias("ffn_up.bias", w.up.ne1);
    }
    return loaded;
}

} // namespace sparse_pilot
