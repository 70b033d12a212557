#include "linear-nodes.h"

#include "ggml.h"
#include "llama.h"

#include <cstdlib>

namespace sparse_pilot {

std::optional<LinearPlace> placeOf(const ggml_tensor * weight) {
    const std::string name = weight->name;
    if (name.compare(0, 4, "blk.") != 0) {
        return std::nullopt;
    }
    const char * digits = name.c_str() + 4;
    char * end = nullptr;
    const long layer = std::strtol(digits, &end, 10);
    if (end == digits || *end != '.' || layer < 0 || layer > 4096) {
        return std::nullopt;
    }
    const std::string own = end + 1;
    for (int i = 0; i < SP_LINEARS; ++i) {
        const auto role = static_cast<sp_linear_role>(i);
        if (own == std::string(sp_linear_name(role)) + ".weight") {
            return LinearPlace{static_cast<int>(layer), role};
        }
    }
    return std::nullopt;
}

int layersOfExactDowns(const llama_model * model) {
    constexpr int sparseLayersOfGemma3n = 10; // n_layer_sparsity in upstream's models.h
    char architecture[64] = "";
    llama_model_meta_val_str(model, "general.architecture", architecture, sizeof(architecture));
    return std::string(architecture) == "gemma3n" ? sparseLayersOfGemma3n : 0;
}

std::string whyDense(const ggml_tensor * weight, const ggml_tensor * x, bool has_lora, LinearPlace place,
                     const sp_session * session) {
    if (has_lora) {
        return "a LoRA adapter is loaded";
    }
    int64_t inputs = 0, outputs = 0;
    sp_linear_shape(session, place.layer, place.role, &inputs, &outputs);
    if (weight->ne[0] != inputs || weight->ne[1] != outputs || weight->ne[2] != 1) {
        return "a linear's shape differs from its layouts";
    }
    if (x->type != GGML_TYPE_F32 || !ggml_is_contiguous(x)) {
        return "a linear's input is not contiguous F32";
    }
    return "";
}

} // namespace sparse_pilot
