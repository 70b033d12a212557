/** A small model as a GGUF file, with layers of every kind that the engine meets, and an engine on it. */
#pragma once

#include "model.h"

#include "gguf.h"

#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace model {

inline void quiet(enum ggml_log_level, const char *, void *) {}
inline const bool silenced = (ggml_log_set(quiet, nullptr), true);

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
    std::string path = (std::filesystem::temp_directory_path() /
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
    ~Sample() { std::filesystem::remove(path); }
};

inline bool has(const char * text, const char * part) { return text && std::strstr(text, part); }

struct EngineHandle {
    char why[256] = {}; // before engine, whose making writes it
    sp_engine * engine;
    explicit EngineHandle(const std::string & path, sp_engine_options options = sp_engine_default_options())
        : engine(sp_engine_open(path.c_str(), &options, why, sizeof(why))) {}
    ~EngineHandle() { sp_engine_free(engine); }
};

} // namespace model
