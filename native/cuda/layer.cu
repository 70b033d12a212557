// The FFN layers of a model on GPUs, behind the plain C API.

#include "include/sparse-pilot-cuda.h"

#include "device/board.h"
#include "device/planes-store.h"
#include "include/cuda-policy.h"

#include "ggml.h"
#include "sparse-pilot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sp::cuda {
namespace {

std::optional<WeightType> weight_type_of(int type) {
    switch (type) {
    case GGML_TYPE_Q4_0:
        return WeightType::Q4_0;
    case GGML_TYPE_Q8_0:
        return WeightType::Q8_0;
    case GGML_TYPE_Q4_K:
        return WeightType::Q4_K;
    case GGML_TYPE_Q6_K:
        return WeightType::Q6_K;
    case GGML_TYPE_F16:
        return WeightType::F16;
    case GGML_TYPE_BF16:
        return WeightType::BF16;
    default:
        return std::nullopt;
    }
}

Activation activation_of(int activation) {
    switch (activation) {
    case SP_ACT_GELU:
        return Activation::GELU;
    case SP_ACT_RELU:
        return Activation::ReLU;
    case SP_ACT_RELU_SQR:
        return Activation::ReLU2;
    default:
        return Activation::SiLU;
    }
}

/// Why the kernels cannot take this FFN; null when they can.
const char * refusal(const sp_cuda_ffn & ffn) {
    const bool gated = ffn.gate.data != nullptr;
    if (!ffn.up.data || !ffn.down.data) {
        return "a matrix of the FFN is missing";
    }
    if ((gated && !weight_type_of(ffn.gate.type)) || !weight_type_of(ffn.up.type) ||
        !weight_type_of(ffn.down.type)) {
        return "no CUDA kernel for this quantisation";
    }
    const int64_t d = ffn.up.ne0;
    const int64_t f = ffn.up.ne1;
    if ((gated && (ffn.gate.ne0 != d || ffn.gate.ne1 != f)) || ffn.down.ne0 != f || ffn.down.ne1 != d) {
        return "gate, up and down do not fit one another";
    }
    if (d % 32 != 0 || f % block_length(*weight_type_of(ffn.down.type)) != 0 || d <= 0 || f <= 0) {
        return "the width is no multiple of 32";
    }
    if (f > static_cast<int64_t>(kMaxChunks) * kChunk || d > static_cast<int64_t>(kMaxChunks) * kChunk) {
        return "more than 65,536 neurons";
    }
    const int device = device_of(ffn.down.data);
    if (device == kNoDevice) {
        return "the weights are not in one GPU's memory";
    }
    if ((gated && device_of(ffn.gate.data) != device) || device_of(ffn.up.data) != device) {
        return "the layer is spread over several GPUs";
    }
    return nullptr;
}

bool explain(char * why, size_t size, const std::string & reason) {
    if (why && size > 0) {
        std::snprintf(why, size, "%s", reason.c_str());
    }
    return false;
}

} // namespace
} // namespace sp::cuda

using namespace sp::cuda;

struct sp_cuda_model {
    std::map<int, Board> boards;         // by device
    std::vector<sp_cuda_layer *> layers; // null where there is none
};

struct sp_cuda_layer {
    sp_cuda_model * model = nullptr;
    int index = 0;
    int device = 0;
    Board * board = nullptr;
    FfnLayer ffn{};
    size_t extra_bytes = 0;
    std::shared_ptr<SharedPlanes> planes;
    StagedArray<float> neuron_weights;
    StagedArray<int> held_ids;
    Scratch scratch{};
    Form form = Form::Dense; // without a decision a forward pass keeps every neuron
    uint64_t revision = 0;   // of the weights and the list below
    Control control{};
    std::vector<float> weights_now;
    std::vector<int32_t> held_now;

    int neurons() const { return ffn.gate.f; }
    CompactList held() const { return {held_ids.device(), nullptr, &board->control(index)->held}; }
};

namespace {

Board * board_of(sp_cuda_model & model, int device) {
    const auto known = model.boards.find(device);
    if (known != model.boards.end()) {
        return &known->second;
    }
    Board & board = model.boards[device];
    if (!board.create(static_cast<int>(model.layers.size()))) {
        model.boards.erase(device);
        return nullptr;
    }
    return &board;
}

/// The selecting matrix and what it is multiplied with: of an FFN that is not gated, up alone.
FfnLayer described(const sp_cuda_ffn & ffn, const Planes & planes, const Control * control) {
    const bool gated = ffn.gate.data != nullptr;
    const sp_cuda_matrix & first = gated ? ffn.gate : ffn.up;
    const GateArguments gate{first.data,
                             gated ? ffn.gate_bias : ffn.up_bias,
                             nullptr,
                             &control->threshold,
                             activation_of(ffn.activation),
                             static_cast<int>(first.ne0),
                             static_cast<int>(first.ne1)};
    const WeightType down = *weight_type_of(ffn.down.type);
    return {gate,
            *weight_type_of(first.type),
            gated ? ffn.up.data : nullptr,
            *weight_type_of(ffn.up.type),
            gated ? ffn.up_bias : nullptr,
            planes,
            down,
            ffn.down_bias};
}

} // namespace

sp_cuda_model * sp_cuda_model_create(int layers) {
    auto model = std::make_unique<sp_cuda_model>();
    model->layers.resize(static_cast<size_t>(std::max(layers, 0)), nullptr);
    return model.release();
}

void sp_cuda_model_free(sp_cuda_model * model) { delete model; }

bool sp_cuda_model_send(sp_cuda_model * model) {
    bool done = true;
    for (auto & [device, board] : model->boards) {
        const DeviceGuard guard(device);
        done = board.send() && done;
    }
    return done;
}

bool sp_cuda_model_counts(sp_cuda_model * model, sp_cuda_counts * out) {
    std::fill_n(out, model->layers.size(), sp_cuda_counts{0, 0, 0.0f, 0.0f});
    for (auto & [device, board] : model->boards) {
        const DeviceGuard guard(device);
        const Outcome * outcomes = board.read();
        if (outcomes == nullptr) {
            return false;
        }
        for (size_t i = 0; i < model->layers.size(); ++i) {
            const sp_cuda_layer * layer = model->layers[i];
            if (layer == nullptr || layer->board != &board) {
                continue;
            }
            if (layer->form == Form::Held) {
                out[i] = {layer->control.held, layer->neurons(), 0.0f, 0.0f};
                continue;
            }
            const Outcome & o = outcomes[i];
            const float all = o.kept_energy + o.skipped_energy;
            out[i] = {o.kept, layer->neurons(), all > 0.0f ? o.skipped_energy / all : 0.0f,
                      layer->form == Form::TopK ? o.boundary : 0.0f};
        }
    }
    return true;
}

sp_cuda_layer * sp_cuda_layer_create(sp_cuda_model * model, int index, const sp_cuda_ffn * ffn, char * why,
                                     size_t why_size) {
    if (index < 0 || static_cast<size_t>(index) >= model->layers.size() ||
        model->layers[static_cast<size_t>(index)] != nullptr) {
        explain(why, why_size, "there is no such layer to make");
        return nullptr;
    }
    if (const char * reason = refusal(*ffn)) {
        explain(why, why_size, reason);
        return nullptr;
    }
    const int device = device_of(ffn->down.data);
    const DeviceGuard guard(device);
    const int d = static_cast<int>(ffn->up.ne0);
    const int f = static_cast<int>(ffn->up.ne1);
    auto layer = std::make_unique<sp_cuda_layer>();
    layer->model = model;
    layer->index = index;
    layer->device = device;
    layer->board = board_of(*model, device);
    if (!layer->board) {
        explain(why, why_size, "not enough GPU memory for the sparse layout");
        return nullptr;
    }
    const size_t lists = static_cast<size_t>(f) * (sizeof(float) + sizeof(int));
    const WeightType down_type = *weight_type_of(ffn->down.type);
    std::string reason;
    layer->planes =
        planes_store().get(ffn->down.data, down_type, d, f, lists + layer->board->scratch_bytes(d, f),
                           layer->board->width(), reason);
    if (!layer->planes) {
        explain(why, why_size, reason);
        return nullptr;
    }
    layer->extra_bytes = lists + (layer->planes.use_count() == 1 ? layer->planes->bytes : 0);
    const auto [memory, offsets] = layer->board->scratch(d, f, layer->extra_bytes);
    if (!memory || !layer->neuron_weights.create(static_cast<size_t>(f)) ||
        !layer->held_ids.create(static_cast<size_t>(f))) {
        explain(why, why_size, "not enough GPU memory for the sparse layout");
        return nullptr;
    }
    layer->scratch = scratch_at(memory, offsets);
    layer->scratch.outcome = layer->board->outcome(index);
    layer->ffn = described(*ffn, layer->planes->planes, layer->board->control(index));
    layer->board->set(index, layer->control);
    model->layers[static_cast<size_t>(index)] = layer.get();
    return layer.release();
}

void sp_cuda_layer_free(sp_cuda_layer * layer) {
    const DeviceGuard guard(layer->device);
    layer->model->layers[static_cast<size_t>(layer->index)] = nullptr;
    delete layer;
}

size_t sp_cuda_layer_extra_bytes(const sp_cuda_layer * layer) { return layer->extra_bytes; }

namespace {

/// Whether `ids` are neurons of a layer, ascending, at least one.
bool is_list(const int32_t * ids, int count, int neurons) {
    return ids != nullptr && count > 0 && count <= neurons && ids[0] >= 0 && ids[count - 1] < neurons &&
           std::adjacent_find(ids, ids + count, [](int32_t a, int32_t b) { return a >= b; }) == ids + count;
}

/// Enqueues `now` when it is other than `before`.
template <typename T, typename Device>
bool sent(StagedArray<Device> & to, std::vector<T> & before, const T * now, size_t count, Stream stream) {
    if (before.size() == count && std::equal(now, now + count, before.begin())) {
        return true;
    }
    std::copy_n(now, count, to.edit());
    before.assign(now, now + count);
    return to.send(count, stream);
}

} // namespace

bool sp_cuda_layer_configure(sp_cuda_layer * layer, const sp_decision * decision, char * why,
                             size_t why_size) {
    const Form form = form_of(decision->kind);
    Control control{form == Form::Threshold ? decision->threshold : 0.0f,
                    form == Form::TopK ? decision->count : 0, form == Form::Held ? decision->n_ids : 0};
    if (std::isnan(control.threshold) || control.k < 0 || control.k > layer->neurons()) {
        return explain(why, why_size, "the threshold or the count is out of range");
    }
    const bool weighted = decision->weights != nullptr;
    const bool known = decision->revision != 0 && decision->revision == layer->revision &&
                       form == layer->form && weighted == (layer->ffn.gate.neuron_weights != nullptr);
    const DeviceGuard guard(layer->device);
    if (!known) {
        if (form == Form::Held && !is_list(decision->ids, decision->n_ids, layer->neurons())) {
            return explain(why, why_size, "the held neurons are no ascending list of neurons");
        }
        const Stream stream = layer->board->stream();
        const bool done = (!weighted || sent(layer->neuron_weights, layer->weights_now, decision->weights,
                                             static_cast<size_t>(layer->neurons()), stream)) &&
                          (form != Form::Held || sent(layer->held_ids, layer->held_now, decision->ids,
                                                      static_cast<size_t>(decision->n_ids), stream));
        if (!done) {
            return explain(why, why_size, cudaGetErrorString(cudaGetLastError()));
        }
        layer->ffn.gate.neuron_weights = weighted ? layer->neuron_weights.device() : nullptr;
        layer->form = form;
        layer->revision = decision->revision;
    }
    const Control & now = layer->control;
    if (control.threshold != now.threshold || control.k != now.k || control.held != now.held) {
        layer->control = control;
        layer->board->set(layer->index, control);
    }
    return true;
}

void sp_cuda_layer_forward(sp_cuda_layer * layer, const float * x, float * y, void * stream_pointer) {
    const Stream stream = static_cast<Stream>(stream_pointer);
    layer->board->runs_on(stream);
    const Width & width = layer->board->width();
    switch (layer->form) {
    case Form::TopK:
        top_k_ffn(layer->ffn, &layer->board->control(layer->index)->k, x, layer->scratch, width, y, stream);
        return;
    case Form::Held:
        held_ffn(layer->ffn, layer->held(), x, layer->scratch, width, y, stream);
        return;
    default: // dense too: a threshold of 0 keeps every neuron
        threshold_ffn(layer->ffn, x, layer->scratch, width, y, stream);
    }
}

void sp_cuda_layer_gather(sp_cuda_layer * layer, void * gate, void * up) {
    const DeviceGuard guard(layer->device);
    gather_compact(layer->ffn, layer->held(), layer->control.held, static_cast<uint8_t *>(gate),
                   static_cast<uint8_t *>(up), layer->board->stream());
}

void sp_cuda_layer_down(sp_cuda_layer * layer, const float * h, float * y, void * stream_pointer) {
    const Stream stream = static_cast<Stream>(stream_pointer);
    layer->board->runs_on(stream);
    // the kernel only reads the values
    const CompactList list{layer->held_ids.device(), const_cast<float *>(h),
                           &layer->board->control(layer->index)->held};
    product_of_list(layer->ffn.down, layer->ffn.down_type, list, layer->ffn.down_bias, layer->scratch,
                    layer->board->width(), y, stream);
}
