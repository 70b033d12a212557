#include "sparse-context.h"

#include "ffn-support.h"
#include "ggml.h"
#include "linear-nodes.h"
#include "llama-graph-hook.h"
#include "llama.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <stdexcept>

namespace sparse_pilot {

namespace {

// ggml calls a node on all of its threads, however many it was asked to use; the kernels share work among
// this many.
constexpr int mostThreads = 64;
// of a batch, where the processor observes: each brings its activations over to it
constexpr int64_t gpuTokensObserved = 64;

uint64_t nextNumber() {
    static std::atomic<uint64_t> last = 0;
    return ++last;
}

} // namespace

SparseContext::SparseContext(llama_context * ctx, EnginePtr engine)
    : number_(nextNumber()), ctx_(ctx), engine_(std::move(engine)), cuda_(sp_engine_n_layer(engine_.get())) {
    const int n = sp_engine_n_layer(engine_.get());
    layers_.reserve(static_cast<size_t>(n)); // nodes point into it
    if (n != llama_model_n_layer(llama_get_model(ctx))) {
        throw std::runtime_error("the sparse layouts belong to another model");
    }
    for (int i = 0; i < n; ++i) {
        Layer & layer = layers_.emplace_back(Layer{this, i, SP_ACT_SILU, "", {}});
        for (int role = 0; role < SP_LINEARS; ++role) {
            layer.linears[static_cast<size_t>(role)] = {this, i, static_cast<sp_linear_role>(role)};
        }
    }
}

SparseContext::~SparseContext() { detach(); }

void SparseContext::detach() {
    if (ctx_ != nullptr) {
        llama_set_graph_hook(ctx_, nullptr);
    }
    abandon();
}

void SparseContext::abandon() {
    ctx_ = nullptr;
    current_ = nullptr;
    cuda_.clear();
}

SparseContext::Slot & SparseContext::slot(int32_t sequence) {
    Slot & slot = slots_[sequence];
    if (!slot.session) {
        slot.session.reset(sp_session_create(engine_.get()));
        if (!slot.session) {
            throw std::bad_alloc();
        }
        sp_session_exact_downs(slot.session.get(), layersOfExactDowns(llama_get_model(ctx_)));
    }
    return slot;
}

sp_session * SparseContext::session(int32_t sequence) { return slot(sequence).session.get(); }

void SparseContext::select(int32_t sequence) {
    settle();
    current_ = session(sequence);
    updateHook();
}

void SparseContext::setPass(Pass pass) {
    if (pass_ == Pass::sparse && pass != Pass::sparse && current_ != nullptr) {
        cuda_.report(current_);
    } else if (pass != pass_) {
        settle();
    }
    pass_ = pass;
    updateHook();
}

// What the passes so far have taught belongs to the session that was current, as it was.
void SparseContext::settle() {
    if (current_ != nullptr) {
        cuda_.collect(current_);
    }
}

void SparseContext::setProducts(Products products) {
    if (products != products_) {
        products_ = products;
        updateHook();
    }
}

bool SparseContext::configure(int32_t sequence, const sp_settings & settings, std::string & why) {
    settle();
    char reason[256] = "";
    const bool done = sp_session_configure(session(sequence), &settings, reason, sizeof(reason));
    why = reason;
    // graphs are kept, and why a layer stayed dense is found while one is built: those that told are not run
    // again
    bool told = false;
    for (Layer & layer : layers_) {
        told = told || !layer.denseReason.empty();
        layer.denseReason.clear();
    }
    tellings_ += told ? 1 : 0;
    updateHook();
    return done;
}

bool SparseContext::setProfile(int32_t sequence, ProfilePtr profile, std::string & why) {
    settle();
    Slot & target = slot(sequence);
    char reason[256] = "";
    const bool done = sp_session_set_profile(target.session.get(), profile.get(), reason, sizeof(reason));
    why = reason;
    if (done) {
        target.profile = std::move(profile);
    }
    updateHook();
    return done;
}

void SparseContext::reset(int32_t sequence) {
    settle();
    sp_session_reset(session(sequence));
    updateHook();
}

void SparseContext::beginRequest(int32_t sequence, uint64_t kept) {
    settle();
    sp_session_begin_request(session(sequence), kept);
    updateHook();
}

// FNV-1a over what decides the graph; never 0, which stands for upstream's graph. Nodes point into this
// object: the graph of another one that was on the same context is never the same
uint64_t SparseContext::topologyKey() const {
    const uint64_t products = products_ == Products::batch ? 2 : 0;
    if (current_ == nullptr) {
        return products;
    }
    uint64_t key = 14695981039346656037ull ^ number_;
    // the same layers may be active under a selector that the model's activation does not suit
    uint64_t suits = 0;
    for (const sp_act act : {SP_ACT_RELU, SP_ACT_RELU_SQR, SP_ACT_GELU, SP_ACT_SILU}) {
        suits = suits << 1 | (sp_selector_suits(current_, act) ? 1u : 0u);
    }
    for (const uint64_t part : {suits, tellings_}) {
        key = (key ^ part) * 1099511628211ull;
    }
    bool any = false;
    for (const Layer & layer : layers_) {
        const bool sparse = pass_ == Pass::sparse && sp_layer_active(current_, layer.index);
        const bool inputs = pass_ == Pass::sparse && sp_layer_inputs_active(current_, layer.index);
        const bool observed = pass_ != Pass::plain && sp_wants_observation(current_, layer.index);
        any = any || sparse || inputs || observed;
        const auto ffn = static_cast<uint64_t>(sparse ? cuda_.ffnVariant(current_, layer.index) : 0);
        const uint64_t linears = inputs ? cuda_.linearVariants(current_, layer.index) : 0;
        uint64_t roles = 0;
        for (int role = 0; inputs && role < SP_LINEARS; ++role) {
            const bool active = sp_linear_active(current_, layer.index, static_cast<sp_linear_role>(role));
            roles |= static_cast<uint64_t>(active) << role;
        }
        const bool sums = observed && sp_layer_takes_sums(current_, layer.index);
        const unsigned kinds =
            (sparse ? 1u : 0u) | (observed ? 2u : 0u) | (inputs ? 4u : 0u) | (sums ? 8u : 0u);
        for (const uint64_t part : {kinds | ffn << 4, linears, roles}) {
            key = (key ^ part) * 1099511628211ull;
        }
    }
    return (any ? key | 1u : 0) ^ products;
}

void SparseContext::updateHook() {
    if (ctx_ == nullptr) {
        return;
    }
    const llama_graph_hook hook = {onBuildFfn, onBuildLinear, onObserveFfn, onAttention, this, topologyKey()};
    llama_set_graph_hook(ctx_, &hook);
    if (pass_ == Pass::sparse && current_ != nullptr) {
        std::string why;
        cuda_.follow(current_, why); // a refused decision leaves the layer's last one in force
    }
}

// A node that only the CUDA backend can run.
static void neverOnProcessor(ggml_tensor *, int, int, void *) {
    GGML_ABORT("a sparse node of a GPU came to the processor");
}

// `weights`: of the layer. The scheduler puts a node where the weights are that it shows; without any it goes
// by the nodes before and after, and where those are the processor's (a cache in its memory, norms without
// weights) the node would come to the processor. `gate`: of an observer that has one.
static ggml_tensor * gpuNode(ggml_context * ctx0, ggml_tensor * x, ggml_tensor * weights, ggml_tensor * gate,
                             int64_t outputs, const CudaNode & node) {
    if (node.data == nullptr) {
        return nullptr;
    }
    ggml_tensor * sources[] = {x, weights, gate};
    ggml_tensor * out = ggml_custom_4d(ctx0, GGML_TYPE_F32, outputs, 1, 1, 1, sources,
                                       gate != nullptr ? 3 : 2, neverOnProcessor, 1, node.data);
    tellApart(out, node.launches);
    return out;
}

ggml_tensor * SparseContext::buildFfn(const llama_graph_hook_ffn & ffn) {
    const bool oneToken = ffn.n_tokens == 1 && ffn.cur->ne[1] == 1;
    if (current_ == nullptr || pass_ != Pass::sparse || !oneToken || ffn.il < 0 || ffn.il >= layers() ||
        !sp_layer_active(current_, ffn.il)) {
        return nullptr;
    }
    Layer & layer = layers_[static_cast<size_t>(ffn.il)];
    layer.denseReason = whyDense(ffn, engine_.get());
    const auto act = activationOf(ffn);
    if (!layer.denseReason.empty() || !act) {
        return nullptr;
    }
    if (!sp_selector_suits(current_, *act)) {
        layer.denseReason = "the activation makes no exact zeros";
        return nullptr;
    }
    layer.act = *act;
    ggml_tensor * out = nullptr;
    if (isOnGpu(ffn)) {
        const CudaNode node = cuda_.ffn(ffn, layer.act, current_, layer.denseReason);
        out = gpuNode(ffn.ctx0, ffn.cur, ffn.up, nullptr, ffn.cur->ne[0], node);
    } else {
        ggml_tensor * args[] = {ffn.cur};
        out = ggml_custom_4d(ffn.ctx0, GGML_TYPE_F32, ffn.cur->ne[0], 1, 1, 1, args, 1, computeFfn,
                             GGML_N_TASKS_MAX, &layer);
    }
    if (out == nullptr) {
        return nullptr;
    }
    return ffn.down_b != nullptr ? ggml_add(ffn.ctx0, out, ffn.down_b) : out;
}

ggml_tensor * SparseContext::buildLinear(ggml_context * ctx0, ggml_tensor * w, ggml_tensor * x,
                                         bool has_lora) {
    ggml_tensor * sparse = buildSparseLinear(ctx0, w, x, has_lora);
    return sparse == nullptr && products_ == Products::batch ? buildBatchProduct(ctx0, w, x) : sparse;
}

ggml_tensor * SparseContext::buildSparseLinear(ggml_context * ctx0, ggml_tensor * w, ggml_tensor * x,
                                               bool has_lora) {
    if (pass_ != Pass::sparse || current_ == nullptr || ggml_nrows(x) != 1) {
        return nullptr;
    }
    const auto place = placeOf(w);
    if (!place || place->layer >= layers() || !sp_layer_inputs_active(current_, place->layer)) {
        return nullptr;
    }
    Layer & layer = layers_[static_cast<size_t>(place->layer)];
    if (!sp_linear_active(current_, place->layer, place->role)) {
        const char * reason = sp_engine_linear_reason(engine_.get(), place->layer, place->role);
        if (reason != nullptr && sp_engine_has_columns(engine_.get())) {
            layer.denseReason = reason;
        }
        return nullptr;
    }
    const std::string why = whyDense(w, x, has_lora, *place, current_);
    if (!why.empty()) {
        layer.denseReason = why;
        return nullptr;
    }
    if (!isInHostMemory(w)) {
        const CudaNode node = cuda_.linear(w, *place, current_, layer.denseReason);
        return gpuNode(ctx0, x, w, nullptr, w->ne[1], node);
    }
    ggml_tensor * args[] = {x};
    return ggml_custom_4d(ctx0, GGML_TYPE_F32, w->ne[1], 1, 1, 1, args, 1, computeLinear, GGML_N_TASKS_MAX,
                          &layer.linears[static_cast<size_t>(place->role)]);
}

static ggml_tensor * lastColumns(ggml_context * ctx0, ggml_tensor * of, int64_t most) {
    if (of == nullptr || of->ne[1] <= most) {
        return of;
    }
    return ggml_view_2d(ctx0, of, of->ne[0], most, of->nb[1],
                        static_cast<size_t>(of->ne[1] - most) * of->nb[1]);
}

bool SparseContext::observeOnGpu(const llama_graph_hook_ffn & ffn, ggml_tensor * gate, ggml_tensor * up) {
    if (!isOnGpu(ffn) || !sp_layer_takes_sums(current_, ffn.il)) {
        return false;
    }
    const CudaNode node = cuda_.observer(ffn, *activationOf(ffn), current_);
    if (node.data == nullptr) {
        return false;
    }
    ggml_tensor * lastUp = lastColumns(ffn.ctx0, up, SP_CUDA_MOST_OBSERVED);
    ggml_tensor * lastGate = lastColumns(ffn.ctx0, gate, SP_CUDA_MOST_OBSERVED);
    ggml_build_forward_expand(ffn.gf, gpuNode(ffn.ctx0, lastUp, ffn.up, lastGate, 1, node));
    return true;
}

void SparseContext::observeFfn(const llama_graph_hook_ffn & ffn, ggml_tensor * gate, ggml_tensor * up) {
    if (current_ == nullptr || ffn.il < 0 || ffn.il >= layers() || up->ne[1] == 0 || pass_ == Pass::plain ||
        !sp_wants_observation(current_, ffn.il) || !whyDense(ffn, engine_.get()).empty()) {
        return;
    }
    // a layer that is active and yet built as upstream's in a sparse pass is one that the GPU's dense kernels
    // run: it has nothing to teach that is worth a trip to the processor every token
    if (pass_ == Pass::sparse && up->ne[1] == 1) {
        return;
    }
    if (observeOnGpu(ffn, gate, up)) {
        return;
    }
    Layer & layer = layers_[static_cast<size_t>(ffn.il)];
    layer.act = *activationOf(ffn);
    const bool calibrating = !sp_layer_active(current_, ffn.il); // and observed all the same
    const int64_t most = isOnGpu(ffn) && !calibrating ? gpuTokensObserved : up->ne[1];
    ggml_tensor * args[] = {lastColumns(ffn.ctx0, up, most), lastColumns(ffn.ctx0, gate, most)};
    ggml_tensor * node = ggml_custom_4d(ffn.ctx0, GGML_TYPE_F32, 1, 1, 1, 1, args, gate != nullptr ? 2 : 1,
                                        computeObservation, GGML_N_TASKS_MAX, &layer);
    ggml_build_forward_expand(ffn.gf, node);
}

ggml_tensor * SparseContext::onBuildFfn(const llama_graph_hook_ffn * ffn, void * user) {
    return static_cast<SparseContext *>(user)->buildFfn(*ffn);
}

ggml_tensor * SparseContext::onBuildLinear(ggml_context * ctx0, ggml_tensor * w, ggml_tensor * x,
                                           bool has_lora, void * user) {
    return static_cast<SparseContext *>(user)->buildLinear(ctx0, w, x, has_lora);
}

void SparseContext::onAttention(ggml_tensor * attention, void * user) {
    if (static_cast<SparseContext *>(user)->products_ == Products::batch) {
        prepareAttention(attention);
    }
}

void SparseContext::onObserveFfn(const llama_graph_hook_ffn * ffn, ggml_tensor * gate, ggml_tensor * up,
                                 void * user) {
    static_cast<SparseContext *>(user)->observeFfn(*ffn, gate, up);
}

void SparseContext::computeFfn(ggml_tensor * dst, int ith, int nth, void * user) {
    if (ith >= mostThreads) {
        return;
    }
    const Layer & layer = *static_cast<const Layer *>(user);
    const sp_ffn_args args = {layer.index,
                              layer.act,
                              static_cast<const float *>(dst->src[0]->data),
                              nullptr,
                              static_cast<float *>(dst->data),
                              ith,
                              std::min(nth, mostThreads)};
    sp_ffn_forward(layer.owner->current_, &args);
}

void SparseContext::computeLinear(ggml_tensor * dst, int ith, int nth, void * user) {
    if (ith >= mostThreads) {
        return;
    }
    const LinearNode & node = *static_cast<const LinearNode *>(user);
    const sp_linear_pass pass = {node.layer,
                                 node.role,
                                 static_cast<const float *>(dst->src[0]->data),
                                 static_cast<float *>(dst->data),
                                 ith,
                                 std::min(nth, mostThreads)};
    sp_linear_pass_forward(node.owner->current_, &pass);
}

void SparseContext::computeObservation(ggml_tensor * dst, int ith, int nth, void * user) {
    if (ith >= mostThreads) {
        return;
    }
    const Layer & layer = *static_cast<const Layer *>(user);
    const ggml_tensor * up = dst->src[0];
    const ggml_tensor * gate = dst->src[1];
    const sp_observe_args args = {layer.index,
                                  layer.act,
                                  gate != nullptr ? static_cast<const float *>(gate->data) : nullptr,
                                  static_cast<const float *>(up->data),
                                  up->ne[1],
                                  gate != nullptr ? gate->nb[1] : 0,
                                  up->nb[1],
                                  ith,
                                  std::min(nth, mostThreads)};
    sp_observe(layer.owner->current_, &args);
}

} // namespace sparse_pilot
