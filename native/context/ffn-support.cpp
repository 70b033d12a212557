#include "ffn-support.h"

#include "ggml-backend.h"
#include "ggml.h"
#include "llama-graph-hook.h"
#include "llama-graph.h"

#include <string>

namespace sparse_pilot {

std::optional<sp_act> activationOf(const llama_graph_hook_ffn & ffn) {
    switch (ffn.type_op) {
    case LLM_FFN_SILU:
        return SP_ACT_SILU;
    case LLM_FFN_GELU:
        return SP_ACT_GELU;
    case LLM_FFN_RELU:
        return SP_ACT_RELU;
    case LLM_FFN_RELU_SQR:
        return SP_ACT_RELU_SQR;
    default:
        return std::nullopt;
    }
}

bool isInHostMemory(const ggml_tensor * tensor) {
    if (tensor->buffer == nullptr) {
        return false;
    }
    // layers of the processor lie in a GPU's pinned memory when the file is not mapped
    if (ggml_backend_buffer_is_host(tensor->buffer)) {
        return true;
    }
    const ggml_backend_dev_t device =
        ggml_backend_buft_get_device(ggml_backend_buffer_get_type(tensor->buffer));
    return device == nullptr || ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU;
}

bool isOnGpu(const llama_graph_hook_ffn & ffn) { return !isInHostMemory(ffn.up); }

std::string whyDense(const llama_graph_hook_ffn & ffn, const sp_engine * engine) {
    if (ffn.up == nullptr || ffn.down == nullptr) {
        return "the layer has no up or no down projection";
    }
    // engines are built from these names: an FFN of another name (shared experts) has no layouts
    if (std::string(ffn.up->name) != "blk." + std::to_string(ffn.il) + ".ffn_up.weight") {
        return "not the layer's plain FFN";
    }
    if (ffn.has_lora) {
        return "a LoRA adapter is loaded";
    }
    if (ffn.up_s != nullptr || ffn.gate_s != nullptr || ffn.down_s != nullptr || ffn.act_scales != nullptr) {
        return "the layer's weights carry extra scales";
    }
    if (ffn.clamp > 0.0f) {
        return "the layer clamps its activation";
    }
    if (!activationOf(ffn)) {
        return "unsupported activation";
    }
    if (ffn.gate != nullptr && ffn.type_gate != LLM_FFN_PAR) {
        return "the gate follows the up projection";
    }
    if (ffn.cur->ne[0] != sp_engine_n_embd(engine, ffn.il) ||
        ffn.up->ne[1] != sp_engine_n_ff(engine, ffn.il)) {
        return "the layer's shape differs from its layouts";
    }
    return "";
}

} // namespace sparse_pilot
