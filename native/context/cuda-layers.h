#pragma once

#include "cuda-policy.h"
#include "sparse-pilot-cuda.h"
#include "sparse-pilot.h"

#include <array>
#include <map>
#include <string>
#include <vector>

struct llama_graph_hook_ffn;

namespace sparse_pilot {

// The FFN layers of a model that live on GPUs: their device layouts, and the nodes that the CUDA backend
// runs. Without a CUDA backend of ours there are none, with the reason.
class CudaLayers {
  public:
    explicit CudaLayers(int layers);
    ~CudaLayers();
    CudaLayers(const CudaLayers &) = delete;
    CudaLayers & operator=(const CudaLayers &) = delete;

    // The node data of a layer whose weights are on a GPU; made at first use, with the session's decision.
    // Null, with the reason, when the kernels cannot take it (a layer that was refused once stays so), or
    // when so much is kept that the stock dense ones are faster. Never called while a graph runs.
    sp_cuda_node * node(const llama_graph_hook_ffn & ffn, sp_act act, const sp_session * session,
                        std::string & why);
    // Number of the variant that the layer's node stands for; it is part of the graph's topology. 0: dense,
    // or there is no CUDA backend of ours.
    int variant(const sp_session * session, int layer) const;
    // Hands what the session's selectors decided to every layer made so far, in one copy. A layer that
    // refuses its decision keeps the last one; then false, with the reason.
    bool follow(const sp_session * session, std::string & why);
    // Reads back what the last pass kept, so that thresholds hold their density. Waits for the GPU.
    void report(sp_session * session);
    // Frees every layer: for when no graph with their nodes will run any more.
    void clear();

    size_t extraBytes() const;

  private:
    using Nodes = std::array<sp_cuda_node, sp::cuda::kVariants>; // one layer's, by variant

    sp_cuda_layer * create(const llama_graph_hook_ffn & ffn, sp_act act, const sp_session * session,
                           std::string & why);
    bool configure(sp_cuda_layer * layer, const sp_session * session, int il, std::string & why);

    const sp_cuda_api * api_ = nullptr;
    sp_cuda_model * model_ = nullptr; // null without a CUDA backend of ours
    std::map<int, Nodes> nodes_;      // by layer; addresses stay the same
    std::map<int, std::string> refusals_;
    std::vector<sp_cuda_counts> counts_; // of the last report
};

} // namespace sparse_pilot
