#pragma once

#include "../cuda-layers.h"
#include "batch-products.h"
#include "sparse-pilot.h"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct llama_context;
struct llama_graph_hook_ffn;
struct ggml_context;
struct ggml_tensor;

namespace sparse_pilot {

using EnginePtr = std::shared_ptr<sp_engine>;
using ProfilePtr = std::shared_ptr<sp_profile>;

// What the next decodes of the context are. `plain` is upstream's graph and nothing else. `dense` is
// upstream's graph, plus the observation that the selector of the current sequence asked for; `sparse`
// replaces the FFN, or the linears, of every active layer when a decode has exactly one token.
enum class Pass { plain, dense, sparse };

// The sparse engine on one llama_context: one session a sequence, one of them current. Neither this class nor
// the context may be used by two threads at once; nothing here may be called while the context decodes,
// except by the thread that decodes, between two decodes. The context must outlive it.
class SparseContext {
  public:
    SparseContext(llama_context * ctx, EnginePtr engine);
    ~SparseContext();
    SparseContext(const SparseContext &) = delete;
    SparseContext & operator=(const SparseContext &) = delete;

    // Makes the session of this sequence current; creates it (dense) at first use.
    void select(int32_t sequence);
    void setPass(Pass pass);
    Pass pass() const { return pass_; }
    // Of every pass from the next one on.
    void setProducts(Products products);

    // Settings of one sequence. False, with the reason in `why`, for bad values; the old settings stay then.
    bool configure(int32_t sequence, const sp_settings & settings, std::string & why);
    bool setProfile(int32_t sequence, ProfilePtr profile, std::string & why);
    // Forgets masks and statistics of a sequence; to be called when its cells are dropped.
    void reset(int32_t sequence);
    // A new request on the sequence's first `kept` cells: a fixed mask may be drawn anew from its prompt.
    void beginRequest(int32_t sequence, uint64_t kept);

    // Drops the hook: from the next decode on the context is as if nothing had ever been attached.
    void detach();
    // Forgets the context without touching it: for one that is gone already.
    void abandon();
    // To be called when a session was changed through its own functions (a calibration began).
    void refresh() { updateHook(); }
    bool attached() const { return ctx_ != nullptr; }
    llama_context * context() const { return ctx_; }

    sp_session * session(int32_t sequence);
    const sp_engine * engine() const { return engine_.get(); }
    // Memory of GPUs that the sparse layouts of this context took, in bytes.
    uint64_t gpuBytes() const { return cuda_.extraBytes(); }
    int layers() const { return sp_engine_n_layer(engine_.get()); }
    // Why this layer's FFN ran dense when a sparse pass was last built; empty when it was sparse or was never
    // built.
    const std::string & denseReason(int layer) const {
        return layers_[static_cast<size_t>(layer)].denseReason;
    }

  private:
    struct SessionDeleter {
        void operator()(sp_session * session) const { sp_session_free(session); }
    };
    struct Slot {
        ProfilePtr profile; // outlives the session
        std::unique_ptr<sp_session, SessionDeleter> session;
    };
    // What graph nodes point to; their addresses stay the same for the life of this object.
    struct LinearNode {
        SparseContext * owner;
        int layer;
        sp_linear_role role;
    };
    struct Layer {
        SparseContext * owner;
        int index;
        sp_act act;
        std::string denseReason;
        std::array<LinearNode, SP_LINEARS> linears;
    };

    Slot & slot(int32_t sequence);
    void settle();
    void updateHook();
    uint64_t topologyKey() const;

    ggml_tensor * buildFfn(const llama_graph_hook_ffn & ffn);
    ggml_tensor * buildLinear(ggml_context * ctx0, ggml_tensor * w, ggml_tensor * x, bool has_lora);
    ggml_tensor * buildSparseLinear(ggml_context * ctx0, ggml_tensor * w, ggml_tensor * x, bool has_lora);
    bool observeOnGpu(const llama_graph_hook_ffn & ffn, ggml_tensor * gate, ggml_tensor * up);
    void observeFfn(const llama_graph_hook_ffn & ffn, ggml_tensor * gate, ggml_tensor * up);

    static ggml_tensor * onBuildFfn(const llama_graph_hook_ffn * ffn, void * user);
    static ggml_tensor * onBuildLinear(ggml_context * ctx0, ggml_tensor * w, ggml_tensor * x, bool has_lora,
                                       void * user);
    static void onAttention(ggml_tensor * attention, void * user);
    static void onObserveFfn(const llama_graph_hook_ffn * ffn, ggml_tensor * gate, ggml_tensor * up,
                             void * user);
    static void computeFfn(ggml_tensor * dst, int ith, int nth, void * user);
    static void computeLinear(ggml_tensor * dst, int ith, int nth, void * user);
    static void computeObservation(ggml_tensor * dst, int ith, int nth, void * user);

    const uint64_t number_; // of this process
    uint64_t tellings_ = 0; // configurations that came after one of which some layer said why it stays dense
    llama_context * ctx_;
    EnginePtr engine_;
    std::vector<Layer> layers_;
    CudaLayers cuda_;
    std::map<int32_t, Slot> slots_;
    sp_session * current_ = nullptr;
    Products products_ = Products::upstream;
    Pass pass_ = Pass::sparse;
};

} // namespace sparse_pilot
