#include "cuda-layers.h"

#include "ggml-backend.h"
#include "ggml-impl.h"
#include "ggml.h"
#include "llama-graph-hook.h"

#include <atomic>
#include <cstdlib>
#include <cstring>

namespace sparse_pilot {

namespace {

// Parts of a layer: its FFN, its linears, its observer.
constexpr int partsOfLayer = 2 + SP_LINEARS;

int indexOf(int layer) { return layer * partsOfLayer; }
int indexOf(LinearPlace place) { return place.layer * partsOfLayer + 1 + place.role; }
sp_linear_role roleOf(int index) { return static_cast<sp_linear_role>(index % partsOfLayer - 1); }
bool isFfn(int index) { return index % partsOfLayer == 0; }
int observerOf(int layer) { return indexOf(layer) + 1 + SP_LINEARS; }
bool isObserver(int index) { return index % partsOfLayer == 1 + SP_LINEARS; }

sp_decision decisionOf(const sp_session * session, int index) {
    sp_decision decision = {};
    if (isObserver(index)) {
        decision.threshold = sp_session_decay(session);
    } else if (isFfn(index)) {
        sp_session_decide(session, index / partsOfLayer, &decision);
    } else {
        sp_session_decide_linear(session, index / partsOfLayer, roleOf(index), &decision);
    }
    return decision;
}

const sp_cuda_api * findApi() {
    for (size_t i = 0; i < ggml_backend_reg_count(); ++i) {
        void * get = ggml_backend_reg_get_proc_address(ggml_backend_reg_get(i), SP_CUDA_API_NAME);
        if (get != nullptr) {
            return reinterpret_cast<const sp_cuda_api * (*)()>(get)();
        }
    }
    return nullptr;
}

sp_cuda_matrix matrixOf(const ggml_tensor * tensor) {
    if (tensor == nullptr) {
        return {};
    }
    return {tensor->type, tensor->data, tensor->ne[0], tensor->ne[1]};
}

const float * biasOf(const ggml_tensor * tensor) {
    return tensor != nullptr ? static_cast<const float *>(tensor->data) : nullptr;
}

uint64_t nextNumber() {
    static std::atomic<uint64_t> last = 0;
    return ++last;
}

// ggml's own switch: with it the products of q, k and v run on streams of their own, side by side, and ours
// share scratch memory.
bool runsLinearsSideBySide() {
    const char * value = std::getenv("GGML_CUDA_GRAPH_OPT");
    return value != nullptr && std::atoi(value) == 1;
}

} // namespace

void tellApart(ggml_tensor * node, uint64_t launches) {
    static_assert(sizeof(ggml_custom_op_params) + sizeof(launches) <= GGML_MAX_OP_PARAMS);
    char * behind = reinterpret_cast<char *>(node->op_params) + sizeof(ggml_custom_op_params);
    std::memcpy(behind, &launches, sizeof launches);
}

CudaLayers::CudaLayers(int layers) : api_(findApi()), counts_(static_cast<size_t>(indexOf(layers))) {
    if (api_ != nullptr) {
        model_ = api_->model_create(indexOf(layers));
    }
}

CudaLayers::~CudaLayers() {
    clear();
    if (model_ != nullptr) {
        api_->model_free(model_);
    }
}

void CudaLayers::clear() {
    for (const auto & [index, part] : parts_) {
        api_->free(part.node.part);
    }
    parts_.clear();
    sums_.clear();
    refusals_.clear();
}

int CudaLayers::variant(const sp_session * session, int index) const {
    return api_ == nullptr ? 0 : sp::cuda::index_of(sp::cuda::variant_of(decisionOf(session, index)));
}

int CudaLayers::ffnVariant(const sp_session * session, int layer) const {
    return variant(session, indexOf(layer));
}

uint64_t CudaLayers::linearVariants(const sp_session * session, int layer) const {
    uint64_t all = 0;
    for (int role = 0; role < SP_LINEARS; ++role) {
        const int index = indexOf({layer, static_cast<sp_linear_role>(role)});
        all = all * sp::cuda::kVariants + static_cast<uint64_t>(variant(session, index));
    }
    return all;
}

bool CudaLayers::configure(sp_cuda_part * part, const sp_session * session, int index, std::string & why) {
    const sp_decision decision = decisionOf(session, index);
    char reason[256] = "";
    const bool taken = api_->configure(part, &decision, reason, sizeof(reason));
    if (!taken) {
        why = reason;
    }
    return taken;
}

template <typename Create>
sp_cuda_part * CudaLayers::make(int index, const sp_session * session, std::string & why, Create create) {
    char reason[256] = "";
    sp_cuda_part * part = create(reason, sizeof(reason));
    if (part == nullptr) {
        why = reason;
        return nullptr;
    }
    if (configure(part, session, index, why) && api_->send(model_)) {
        return part;
    }
    api_->free(part);
    if (why.empty()) {
        why = "the GPU did not take the layer's numbers";
    }
    return nullptr;
}

template <typename Create>
CudaNode CudaLayers::node(int index, const sp_session * session, std::string & why, Create create) {
    if (api_ == nullptr) {
        why = "the layer is on a GPU, and its backend has no sparse kernels";
        return {};
    }
    const int which = variant(session, index);
    if (which == 0) {
        why = "the layer is on a GPU, and keeps so much that the dense kernels are faster";
        return {};
    }
    if (const auto refused = refusals_.find(index); refused != refusals_.end()) {
        why = refused->second;
        return {};
    }
    auto known = parts_.find(index);
    if (known == parts_.end()) {
        sp_cuda_part * part = make(index, session, why, create);
        if (part == nullptr) {
            refusals_[index] = why;
            return {};
        }
        known = parts_.emplace(index, Part{{SP_CUDA_NODE_MAGIC, part}, nextNumber()}).first;
    }
    Part & part = known->second;
    return {&part.node, part.number * sp::cuda::kVariants + static_cast<uint64_t>(which)};
}

CudaNode CudaLayers::ffn(const llama_graph_hook_ffn & ffn, sp_act act, const sp_session * session,
                         std::string & why) {
    const int index = indexOf(ffn.il);
    return node(index, session, why, [&](char * reason, size_t size) {
        // the down bias is added by the graph
        const sp_cuda_ffn desc = {matrixOf(ffn.gate),
                                  matrixOf(ffn.up),
                                  matrixOf(ffn.down),
                                  biasOf(ffn.gate_b),
                                  biasOf(ffn.up_b),
                                  nullptr,
                                  act};
        return api_->create_ffn(model_, index, &desc, reason, size);
    });
}

CudaNode CudaLayers::linear(const ggml_tensor * weights, LinearPlace place, const sp_session * session,
                            std::string & why) {
    if (runsLinearsSideBySide()) {
        why = "the layer is on a GPU, and GGML_CUDA_GRAPH_OPT runs its products side by side";
        return {};
    }
    const int index = indexOf(place);
    return node(index, session, why, [&](char * reason, size_t size) {
        const sp_cuda_matrix matrix = matrixOf(weights);
        return api_->create_linear(model_, index, &matrix, reason, size);
    });
}

CudaNode CudaLayers::observer(const llama_graph_hook_ffn & ffn, sp_act act, const sp_session * session) {
    const int index = observerOf(ffn.il);
    if (api_ == nullptr || refusals_.count(index) != 0) {
        return {};
    }
    auto known = parts_.find(index);
    if (known == parts_.end()) {
        std::string why;
        sp_cuda_part * part = make(index, session, why, [&](char * reason, size_t size) {
            const sp_cuda_matrix up = matrixOf(ffn.up);
            return api_->create_observer(model_, index, &up, act, reason, size);
        });
        if (part == nullptr) {
            refusals_[index] = why;
            return {};
        }
        sums_[index].resize(static_cast<size_t>(ffn.up->ne[1]));
        known = parts_.emplace(index, Part{{SP_CUDA_NODE_MAGIC, part}, nextNumber()}).first;
    }
    return {&known->second.node, known->second.number * sp::cuda::kVariants};
}

bool CudaLayers::follow(const sp_session * session, std::string & why) {
    bool taken = true;
    for (const auto & [index, part] : parts_) {
        taken = configure(part.node.part, session, index, why) && taken;
    }
    return (parts_.empty() || api_->send(model_)) && taken;
}

bool CudaLayers::counted() { return !parts_.empty() && api_->counts(model_, counts_.data()); }

void CudaLayers::report(sp_session * session) {
    if (!counted()) {
        return;
    }
    for (const auto & [index, part] : parts_) {
        const sp_cuda_counts & counts = counts_[static_cast<size_t>(index)];
        if (counts.all == 0 || isObserver(index) || variant(session, index) == 0) {
            continue; // it ran dense, its counts are of an earlier pass
        }
        const double density = static_cast<double>(counts.kept) / counts.all;
        const int layer = index / partsOfLayer;
        if (isFfn(index)) {
            sp_session_report(session, layer, density, counts.skipped_energy, counts.boundary);
        } else {
            sp_session_report_linear(session, layer, roleOf(index), density, counts.skipped_energy,
                                     counts.boundary);
        }
    }
    hand(session);
}

void CudaLayers::collect(sp_session * session) {
    if (!sums_.empty() && counted()) {
        hand(session);
    }
}

// Of the observers that have seen tokens by the last counts.
void CudaLayers::hand(sp_session * session) {
    std::vector<float *> out(counts_.size(), nullptr);
    bool any = false;
    for (auto & [index, sums] : sums_) {
        if (counts_[static_cast<size_t>(index)].kept > 0) {
            out[static_cast<size_t>(index)] = sums.data();
            any = true;
        }
    }
    if (!any || !api_->observed(model_, out.data())) {
        return;
    }
    for (const auto & [index, sums] : sums_) {
        const auto tokens = static_cast<uint64_t>(counts_[static_cast<size_t>(index)].kept);
        if (out[static_cast<size_t>(index)] != nullptr) {
            sp_observe_sums(session, index / partsOfLayer, tokens, sums.data());
        }
    }
}

size_t CudaLayers::extraBytes() const {
    size_t bytes = 0;
    for (const auto & [index, part] : parts_) {
        bytes += api_->extra_bytes(part.node.part);
    }
    return bytes;
}

} // namespace sparse_pilot
