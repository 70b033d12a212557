#pragma once

#include "cuda-policy.h"
#include "linear-nodes.h"
#include "sparse-pilot-cuda.h"
#include "sparse-pilot.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

struct llama_graph_hook_ffn;

namespace sparse_pilot {

// What a GGML_OP_CUSTOM node of a graph is given to be run by the CUDA backend.
struct CudaNode {
    sp_cuda_node * data; // null: the layer stays dense
    // What the node's launches depend on besides device memory: the part and the variant of its decision. No
    // two parts of this process have the same, also where one comes to lie at the address of another.
    uint64_t launches;
};

// ggml takes a captured CUDA graph for another one only where a node differs; what `userdata` points to is
// not compared.
void tellApart(ggml_tensor * node, uint64_t launches);

// The FFNs and linears of a model that live on GPUs: their device layouts, and the nodes that the CUDA
// backend runs. Without a CUDA backend of ours there are none, with the reason.
class CudaLayers {
  public:
    explicit CudaLayers(int layers);
    ~CudaLayers();
    CudaLayers(const CudaLayers &) = delete;
    CudaLayers & operator=(const CudaLayers &) = delete;

    // The node of an FFN whose weights are on a GPU; its part is made at first use, with the session's
    // decision. Null, with the reason, when the kernels cannot take it (what was refused once stays so), or
    // when so much is kept that the stock dense ones are faster. Never called while a graph runs.
    CudaNode ffn(const llama_graph_hook_ffn & ffn, sp_act act, const sp_session * session, std::string & why);
    // The same of a linear whose inputs are skipped.
    CudaNode linear(const ggml_tensor * weights, LinearPlace place, const sp_session * session,
                    std::string & why);
    // The node that sums up what a dense pass over any number of tokens, up to SP_CUDA_MOST_OBSERVED, teaches
    // about a layer. Null when there is no memory for it, or no CUDA backend of ours.
    CudaNode observer(const llama_graph_hook_ffn & ffn, sp_act act, const sp_session * session);
    // Numbers of the variants that the layer's FFN and linears are run in; part of the graph's topology. 0:
    // dense, or there is no CUDA backend of ours.
    int ffnVariant(const sp_session * session, int layer) const;
    uint64_t linearVariants(const sp_session * session, int layer) const;
    // Hands what the session's selectors decided to every part made so far, in one copy. A part that refuses
    // its decision keeps the last one; then false, with the reason.
    bool follow(const sp_session * session, std::string & why);
    // Reads back what the last pass kept, so that thresholds hold their density. Waits for the GPU.
    void report(sp_session * session);
    // Hands the session what observers have seen since the last time. Waits for the GPU where there are
    // observers.
    void collect(sp_session * session);
    // Frees every part: for when no graph with their nodes will run any more.
    void clear();

    size_t extraBytes() const;

  private:
    struct Part {
        sp_cuda_node node;
        uint64_t number; // of this process
    };

    template <typename Create>
    CudaNode node(int index, const sp_session * session, std::string & why, Create create);
    template <typename Create>
    sp_cuda_part * make(int index, const sp_session * session, std::string & why, Create create);
    bool counted();
    void hand(sp_session * session);
    bool configure(sp_cuda_part * part, const sp_session * session, int index, std::string & why);
    int variant(const sp_session * session, int index) const;

    const sp_cuda_api * api_ = nullptr;
    sp_cuda_model * model_ = nullptr; // null without a CUDA backend of ours
    std::map<int, Part> parts_;       // by index; addresses stay the same
    std::map<int, std::string> refusals_;
    std::map<int, std::vector<float>> sums_; // of observers, by index
    std::vector<sp_cuda_counts> counts_;     // of the last report
};

} // namespace sparse_pilot
