#pragma once

#include "sparse-pilot.h"

#include <optional>
#include <string>

struct ggml_tensor;
struct llama_graph_hook_ffn;

namespace sparse_pilot {

// The activation of an FFN that the sparse engine can compute, or nothing.
std::optional<sp_act> activationOf(const llama_graph_hook_ffn & ffn);

bool isInHostMemory(const ggml_tensor * tensor);

// Whether the weights are in a GPU's memory: then the CUDA backend's kernels run it, not ours.
bool isOnGpu(const llama_graph_hook_ffn & ffn);

// Why this FFN must stay as upstream builds it although the layer has layouts; empty: it may be replaced.
std::string whyDense(const llama_graph_hook_ffn & ffn, const sp_engine * engine);

} // namespace sparse_pilot
