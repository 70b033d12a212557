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
    if (tensor == nullptr) {
        return {};
    }
    return {tensor->type, tensor->data, tensor->ne[0], tensor->ne[1]};
}

static const float * biasOf(const ggml_tensor * tensor) {
    return tensor != nullptr ? static_cast<const float *>(tensor->data) : nullptr;
}

CudaLayers::CudaLayers(int layers) : api_(findApi()), counts_(static_cast<size_t>(layers)) {
    if (api_ != nullptr) {
        model_ = api_->model_create(layers);
    }
}

CudaLayers::~CudaLayers() {
    clear();
    if (model_ != nullptr) {
        api_->model_free(model_);
    }
}

void CudaLayers::clear() {
    for (const auto & [il, nodes] : nodes_) {
        api_->free(nodes.front().layer);
    }
    nodes_.clear();
    refusals_.clear();
}

int CudaLayers::variant(const sp_session * session, int layer) const {
    if (api_ == nullptr) {
        return 0;
    }
    sp_decision decision;
    sp_session_decide(session, layer, &decision);
    return sp::cuda::index_of(sp::cuda::variant_of(decision));
}

bool CudaLayers::configure(sp_cuda_layer * layer, const sp_session * session, int il, std::string & why) {
    sp_decision decision;
    sp_session_decide(session, il, &decision);
    char reason[256] = "";
    const bool taken = api_->configure(layer, &decision, reason, sizeof(reason));
    if (!taken) {
        why = reason;
    }
    return taken;
}

sp_cuda_layer * CudaLayers::create(const llama_graph_hook_ffn & ffn, sp_act act, const sp_session * session,
                                   std::string & why) {
    // the down bias is added by the graph
    const sp_cuda_ffn desc = {matrixOf(ffn.gate),
                              matrixOf(ffn.up),
                              matrixOf(ffn.down),
                              biasOf(ffn.gate_b),
                              biasOf(ffn.up_b),
                              nullptr,
                              act};
    char reason[256] = "";
    sp_cuda_layer * layer = api_->create(model_, ffn.il, &desc, reason, sizeof(reason));
    if (layer == nullptr) {
        why = reason;
        return nullptr;
    }
    if (configure(layer, session, ffn.il, why) && api_->send(model_)) {
        return layer;
    }
    api_->free(layer);
    if (why.empty()) {
        why = "the GPU did not take the layer's numbers";
    }
    return nullptr;
}

sp_cuda_node * CudaLayers::node(const llama_graph_hook_ffn & ffn, sp_act act, const sp_session * session,
                                std::string & why) {
    if (api_ == nullptr) {
        why = "the layer is on a GPU, and its backend has no sparse kernels";
        return nullptr;
    }
    const int which = variant(session, ffn.il);
    if (which == 0) {
        why = "the layer is on a GPU, and keeps so much that the dense kernels are faster";
        return nullptr;
    }
    if (const auto known = nodes_.find(ffn.il); known != nodes_.end()) {
        return &known->second[static_cast<size_t>(which)];
    }
    if (const auto refused = refusals_.find(ffn.il); refused != refusals_.end()) {
        why = refused->second;
        return nullptr;
    }
    sp_cuda_layer * layer = create(ffn, act, session, why);
    if (layer == nullptr) {
        refusals_[ffn.il] = why;
        return nullptr;
    }
    Nodes & nodes = nodes_[ffn.il];
    nodes.fill(sp_cuda_node{SP_CUDA_NODE_MAGIC, layer, SP_CUDA_FFN});
    return &nodes[static_cast<size_t>(which)];
}

bool CudaLayers::follow(const sp_session * session, std::string & why) {
    bool taken = true;
    for (const auto & [il, nodes] : nodes_) {
        taken = configure(nodes.front().layer, session, il, why) && taken;
    }
    return (nodes_.empty() || api_->send(model_)) && taken;
}

void CudaLayers::report(sp_session * session) {
    if (nodes_.empty() || !api_->counts(model_, counts_.data())) {
        return;
    }
    for (const auto & [il, nodes] : nodes_) {
        const sp_cuda_counts & counts = counts_[static_cast<size_t>(il)];
        if (counts.neurons == 0 || variant(session, il) == 0) {
            continue; // it ran dense, its counts are of an earlier pass
        }
        sp_session_report(session, il, static_cast<double>(counts.kept) / counts.neurons,
                          counts.skipped_energy, counts.boundary);
    }
}

size_t CudaLayers::extraBytes() const {
    size_t bytes = 0;
    for (const auto & [il, nodes] : nodes_) {
        bytes += api_->extra_bytes(nodes.front().layer);
    }
    return bytes;
}

} // namespace sparse_pilot
