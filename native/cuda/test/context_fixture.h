#pragma once
// SparseContext on layers whose weights are on a GPU, with a stand-in for the backend and for libllama.
// Include it in one file of a program.

#include "../../test/harness.h"
#include "../../test/model-file.h"

#include "fake_backend.h"
#include "ggml-impl.h"
#include "llama-graph-hook.h"
#include "llama-graph.h"
#include "settings.h"
#include "sparse-context.h"

#include <cstring>
#include <filesystem>
#include <memory>
#include <random>
#include <string>

using fake::backend;
using sparse_pilot::Pass;
using sparse_pilot::SparseContext;

namespace {
llama_graph_hook hook_now;
}
void llama_set_graph_hook(llama_context *, const llama_graph_hook * hook) {
    hook_now = hook ? *hook : llama_graph_hook{};
}
uint64_t llama_graph_hook_graph() { return 1; }
const llama_model * llama_get_model(const llama_context *) { return nullptr; }
int32_t llama_model_n_layer(const llama_model *) { return 1; }
int32_t llama_model_meta_val_str(const llama_model *, const char *, char *, size_t) { return -1; }

namespace {

constexpr int kWidth = 64;
constexpr int kNeurons = 96;

/// A buffer type whose device says that it is a GPU.
inline enum ggml_backend_dev_type isGpu(ggml_backend_dev_t) { return GGML_BACKEND_DEVICE_TYPE_GPU; }
inline ggml_backend_device makeDevice() {
    ggml_backend_device device = {};
    device.iface.get_type = isGpu;
    return device;
}
ggml_backend_device gpu = makeDevice();
inline bool isHost(ggml_backend_buffer_type_t) { return true; }
inline ggml_backend_buffer_type makeType(bool pinned) {
    ggml_backend_buffer_type type = {{}, &gpu, nullptr};
    type.iface.is_host = pinned ? isHost : nullptr;
    return type;
}
ggml_backend_buffer_type gpuMemory = makeType(false);
/// Of the processor, though its device is the GPU too.
ggml_backend_buffer_type pinnedMemory = makeType(true);
inline ggml_backend_buffer makeBuffer(ggml_backend_buffer_type & type) {
    ggml_backend_buffer buffer = {};
    buffer.buft = &type;
    buffer.usage = GGML_BACKEND_BUFFER_USAGE_WEIGHTS;
    return buffer;
}
ggml_backend_buffer gpuBuffer = makeBuffer(gpuMemory);
ggml_backend_buffer pinnedBuffer = makeBuffer(pinnedMemory);

/// One layer on disk: an FFN, and attention's output projection.
struct File {
    std::string path = (std::filesystem::temp_directory_path() /
                        ("sparse-pilot-cuda-" + std::to_string(std::random_device{}()) + ".gguf"))
                           .string();
    File(const model::Ffn & ffn, const model::Matrix & output) {
        model::FileBuilder file;
        file.add("blk.0.attn_output.weight", output);
        file.add("blk.0.ffn_gate.weight", ffn.gate);
        file.add("blk.0.ffn_up.weight", ffn.up);
        file.add("blk.0.ffn_down.weight", ffn.down);
        file.write(path);
    }
    ~File() { std::filesystem::remove(path); }
    File(const File &) = delete;
    File & operator=(const File &) = delete;
};

struct Fixture {
    model::Random random{5};
    model::Ffn ffn{model::Types{GGML_TYPE_Q8_0, GGML_TYPE_Q8_0, GGML_TYPE_Q8_0}, kWidth, kNeurons, true,
                   random};
    ggml_context * memory = ggml_init({size_t{1} << 20, nullptr, true});
    ggml_cgraph * graph = ggml_new_graph(memory);
    sparse_pilot::EnginePtr engine;
    std::unique_ptr<SparseContext> context;
    int token = 0;                             // any address stands for the llama_context
    ggml_backend_buffer * buffer = &gpuBuffer; // of the weights

    Fixture() {
        backend = {};
        const File file(ffn, model::Matrix(GGML_TYPE_Q8_0, kWidth, kWidth, random));
        const sp_engine_options options = sp_engine_default_options();
        char why[256] = "";
        engine.reset(sp_engine_open(file.path.c_str(), &options, why, sizeof why), sp_engine_free);
        CHECK_WITH(sp_engine_build_columns(engine.get(), file.path.c_str(), &options, why, sizeof why), why);
        attach();
    }
    void attach() {
        context.reset();
        context = std::make_unique<SparseContext>(reinterpret_cast<llama_context *>(&token), engine);
        context->select(0);
    }
    ~Fixture() {
        context.reset();
        ggml_free(memory);
    }
    Fixture(const Fixture &) = delete;
    Fixture & operator=(const Fixture &) = delete;

    void set(sp_selector selector, float density) {
        const sp_settings settings = settingsOf(selector, density);
        std::string why;
        CHECK_WITH(context->configure(0, settings, why), why);
    }
    ggml_tensor * weight(int64_t columns, int64_t rows, const char * name) {
        ggml_tensor * tensor = ggml_new_tensor_2d(memory, GGML_TYPE_Q8_0, columns, rows);
        tensor->buffer = buffer;
        ggml_set_name(tensor, name);
        return tensor;
    }
    llama_graph_hook_ffn described(int tokens) {
        llama_graph_hook_ffn result = {};
        result.ctx0 = memory;
        result.gf = graph;
        result.cur = ggml_new_tensor_2d(memory, GGML_TYPE_F32, kWidth, tokens);
        result.gate = weight(kWidth, kNeurons, "blk.0.ffn_gate.weight");
        result.up = weight(kWidth, kNeurons, "blk.0.ffn_up.weight");
        result.down = weight(kNeurons, kWidth, "blk.0.ffn_down.weight");
        result.type_op = LLM_FFN_SILU;
        result.type_gate = LLM_FFN_PAR;
        result.n_tokens = tokens;
        return result;
    }
    /// The node that replaces the FFN of one token; null: upstream's graph.
    ggml_tensor * built() {
        const llama_graph_hook_ffn of = described(1);
        return hook_now.key == 0 ? nullptr : hook_now.build_ffn(&of, hook_now.user);
    }
    /// The node that replaces a product of one token; null: upstream's.
    ggml_tensor * product(const char * name = "blk.0.ffn_down.weight", int64_t inputs = kNeurons) {
        ggml_tensor * x = ggml_new_tensor_1d(memory, GGML_TYPE_F32, inputs);
        return hook_now.key == 0
                   ? nullptr
                   : hook_now.build_linear(memory, weight(inputs, kWidth, name), x, false, hook_now.user);
    }
    /// A sparse pass ends: counts come back.
    void endPass() {
        context->setPass(Pass::plain);
        context->setPass(Pass::sparse);
    }
    /// The node that observes, or null.
    ggml_tensor * observed(int tokens) {
        const llama_graph_hook_ffn of = described(tokens);
        ggml_graph_clear(graph);
        ggml_tensor * gate = ggml_new_tensor_2d(memory, GGML_TYPE_F32, kNeurons, tokens);
        ggml_tensor * up = ggml_new_tensor_2d(memory, GGML_TYPE_F32, kNeurons, tokens);
        hook_now.observe_ffn(&of, gate, up, hook_now.user);
        return ggml_graph_n_nodes(graph) == 0 ? nullptr : ggml_graph_node(graph, -1);
    }
};

inline sp_cuda_node * nodeOf(const ggml_tensor * tensor) {
    ggml_custom_op_params params;
    std::memcpy(&params, tensor->op_params, sizeof params);
    return static_cast<sp_cuda_node *>(params.userdata);
}

} // namespace
