#pragma once

#include "sparse-pilot.h"

#include <optional>
#include <string>

struct ggml_tensor;
struct llama_model;

namespace sparse_pilot {

struct LinearPlace {
    int layer;
    sp_linear_role role;
};

// Which linear of which layer a weight is, by its name; nothing for others (the output projection, routers,
// shared experts).
std::optional<LinearPlace> placeOf(const ggml_tensor * weight);

// How many layers, from the first, have exact zeros in the input of their down projection although upstream
// does not build them as a plain FFN: Gemma 3n's activation sparsity (95% zeros in the first ten layers).
int layersOfExactDowns(const llama_model * model);

// Why this product must stay as upstream builds it although its selector is active; empty: it may be
// replaced.
std::string whyDense(const ggml_tensor * weight, const ggml_tensor * x, bool has_lora, LinearPlace place,
                     const sp_session * session);

} // namespace sparse_pilot
