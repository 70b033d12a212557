#include "cuda-layers.h"

#include "ggml-backend.h"
#include "ggml.h"
#include "llama-graph-hook.h"

namespace sparse_pilot {

static const sp_cuda_api * findApi() {
    for (size_t i = 0; i < ggml_backend_reg_count(); ++i) {
        void * get = ggml_backend_reg_get_proc_address(ggml_backend_reg_get(i), "sparse_pilot_cuda_api");
        if (get != nullptr) {
            return reinterpret_cast<const sp_cuda_api * (*)()>(get)();
        }
    }
    return nullptr;
}

static sp_cuda_matrix matrixOf(const ggml_tensor * tensor) {
    return {tensor->type, tensor->data, tensor->ne[0], tensor->ne[1]};
}

static const float * biasOf(const ggml_tensor * tensor) {
    return tensor != nullptr ? static_cast<const float *>(tensor->data) : nullptr;
}

CudaLayers::CudaLayers() : api_(findApi()) {}

CudaLayers::~CudaLayers() {
    for (const auto & [layer, node] : nodes_) {
        api_->free(node.layer);
    }
}

sp_cuda_node * CudaLayers::node(const llama_graph_hook_ffn & ffn, sp_act act, std::string & why) {
    if (api_ == nullptr) {
        why = "the layer is on a GPU, and its backend has no sparse kernels";
        return nullptr;
    }
    if (const auto known = nodes_.find(ffn.il); known != nodes_.end()) {
        return &known->second;
    }
    if (ffn.gate == nullptr) {
        why = "the layer is on a GPU and not gated";
        return nullptr;
    }
    // the down bias is added by the graph
    const sp_cuda_ffn desc = {matrixOf(ffn.gate),
                              matrixOf(ffn.up),
                              matrixOf(ffn.down),
                              biasOf(ffn.gate_b),
                              biasOf(ffn.up_b),
                              nullptr,
                              act};
    char reason[256] = "";
    sp_cuda_layer * layer = api_->create(&desc, reason, sizeof(reason));
    if (layer == nullptr) {
        why = reason;
        return nullptr;
    }
    return &nodes_.emplace(ffn.il, sp_cuda_node{SP_CUDA_NODE_MAGIC, layer}).first->second;
}

bool CudaLayers::follow(const sp_session * session, std::string & why) {
    for (const auto & [il, node] : nodes_) {
        sp_decision decision;
        sp_session_decide(session, il, &decision);
        char reason[256] = "";
        if (!api_->configure(node.layer, &decision, reason, sizeof(reason))) {
            why = reason;
            return false;
        }
    }
    return true;
}

void CudaLayers::report(sp_session * session) const {
    for (const auto & [il, node] : nodes_) {
        const sp_cuda_counts counts = api_->counts(node.layer);
        sp_session_report(session, il, static_cast<double>(counts.kept) / counts.neurons,
                          counts.skipped_energy);
    }
}

size_t CudaLayers::extraBytes() const {
    size_t bytes = 0;
    for (const auto & [il, node] : nodes_) {
        bytes += api_->extra_bytes(node.layer);
    }
    return bytes;
}

} // namespace sparse_pilot
