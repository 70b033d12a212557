// One FFN layer on a GPU behind the plain C API: owns planes, scratch memory and the rule's device copies.

#include "include/sparse-pilot-cuda.h"

#include "policy.h"
#include "sparse_ops.cuh"

#include "ggml.h"
#include "sparse-pilot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

namespace sp::cuda {
namespace {

struct DeviceFree {
    void operator()(void * pointer) const { cudaFree(pointer); }
};
template <typename T> using DeviceMemory = std::unique_ptr<T, DeviceFree>;

template <typename T> DeviceMemory<T> allocate(size_t count) {
    void * pointer = nullptr;
    if (cudaMalloc(&pointer, std::max<size_t>(count, 1) * sizeof(T)) != cudaSuccess) {
        cudaGetLastError(); // a failed allocation is answered, not left for the next call to find
        return nullptr;
    }
    return DeviceMemory<T>(static_cast<T *>(pointer));
}

template <typename T> bool upload(T * to, const T * from, size_t count) {
    return cudaMemcpy(to, from, count * sizeof(T), cudaMemcpyHostToDevice) == cudaSuccess;
}

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

std::optional<Request> request_of(int selector) {
    switch (selector) {
    case SP_NONE:
        return Request::None;
    case SP_CATS:
    case SP_CHESS:
    case SP_EXACT_ZERO:
        return Request::Threshold;
    case SP_TOPK:
        return Request::TopK;
    case SP_GRIFFIN:
    case SP_ROLLING:
        return Request::Held;
    default:
        return std::nullopt;
    }
}

Width width_of_device() {
    Width width;
    int device = 0;
    int multiprocessors = 0;
    if (cudaGetDevice(&device) == cudaSuccess &&
        cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, device) == cudaSuccess) {
        width.multiprocessors = multiprocessors;
    }
    return width;
}

/// Why the kernels cannot take this FFN; null when they can.
const char * refusal(const sp_cuda_ffn & ffn) {
    const int64_t d = ffn.gate.ne0;
    const int64_t f = ffn.gate.ne1;
    if (!ffn.gate.data || !ffn.up.data || !ffn.down.data) {
        return "the FFN is not gated or a matrix is missing";
    }
    if (!weight_type_of(ffn.gate.type) || !weight_type_of(ffn.up.type) || !weight_type_of(ffn.down.type)) {
        return "no CUDA kernel for this quantisation";
    }
    if (ffn.up.ne0 != d || ffn.up.ne1 != f || ffn.down.ne0 != f || ffn.down.ne1 != d) {
        return "gate, up and down do not fit one another";
    }
    if (d % 32 != 0 || f % block_length(*weight_type_of(ffn.down.type)) != 0 || d <= 0 || f <= 0) {
        return "the width is no multiple of 32";
    }
    if (f > static_cast<int64_t>(kMaxChunks) * kChunk || d > static_cast<int64_t>(kMaxChunks) * kChunk) {
        return "more than 65,536 neurons";
    }
    return nullptr;
}

} // namespace
} // namespace sp::cuda

using namespace sp::cuda;

struct sp_cuda_layer {
    FfnLayer ffn{};
    Width width;
    int neurons = 0;
    size_t extra_bytes = 0;
    DeviceMemory<uint8_t> planes;
    DeviceMemory<uint8_t> scratch_memory;
    DeviceMemory<float> threshold;
    DeviceMemory<float> neuron_weights;
    DeviceMemory<int> k;
    DeviceMemory<int> held_ids;
    DeviceMemory<int> held_count;
    Scratch scratch{};
    Request request = Request::None;
    float target = 1.0f;
    float measured = -1.0f;

    Form form() const { return form_of(request, target, measured); }
};

namespace {

void explain(char * why, size_t size, const char * reason) {
    if (why && size > 0) {
        std::snprintf(why, size, "%s", reason);
    }
}

} // namespace

sp_cuda_layer * sp_cuda_layer_create(const sp_cuda_ffn * ffn, char * why, size_t why_size) {
    if (const char * reason = refusal(*ffn)) {
        explain(why, why_size, reason);
        return nullptr;
    }
    auto layer = std::make_unique<sp_cuda_layer>();
    const int d = static_cast<int>(ffn->gate.ne0);
    const int f = static_cast<int>(ffn->gate.ne1);
    layer->width = width_of_device();
    layer->neurons = f;
    const WeightType down_type = *weight_type_of(ffn->down.type);
    const size_t plane_bytes = plane_offsets(down_type, d, f).total;
    const ScratchOffsets offsets = scratch_offsets(d, f, layer->width);
    layer->planes = allocate<uint8_t>(plane_bytes);
    layer->scratch_memory = allocate<uint8_t>(offsets.total);
    layer->threshold = allocate<float>(1);
    layer->neuron_weights = allocate<float>(static_cast<size_t>(f));
    layer->k = allocate<int>(1);
    layer->held_ids = allocate<int>(static_cast<size_t>(f));
    layer->held_count = allocate<int>(1);
    if (!layer->planes || !layer->scratch_memory || !layer->threshold || !layer->neuron_weights ||
        !layer->k || !layer->held_ids || !layer->held_count) {
        explain(why, why_size, "not enough GPU memory for the sparse layout");
        return nullptr;
    }
    layer->extra_bytes = plane_bytes + offsets.total;
    layer->scratch = scratch_at(layer->scratch_memory.get(), offsets);
    cudaMemset(layer->scratch_memory.get(), 0, offsets.total);
    layer->ffn = FfnLayer{{ffn->gate.data, ffn->gate_bias, nullptr, layer->threshold.get(),
                           activation_of(ffn->activation), d, f},
                          *weight_type_of(ffn->gate.type),
                          ffn->up.data,
                          *weight_type_of(ffn->up.type),
                          ffn->up_bias,
                          planes_at(layer->planes.get(), down_type, d, f),
                          down_type,
                          ffn->down_bias};
    build_planes(ffn->down.data, down_type, layer->ffn.down, layer->width, nullptr);
    const cudaError_t status = cudaDeviceSynchronize();
    if (status != cudaSuccess) {
        explain(why, why_size, cudaGetErrorString(status));
        return nullptr;
    }
    return layer.release();
}

void sp_cuda_layer_free(sp_cuda_layer * layer) { delete layer; }

size_t sp_cuda_layer_extra_bytes(const sp_cuda_layer * layer) { return layer->extra_bytes; }

bool sp_cuda_layer_configure(sp_cuda_layer * layer, const sp_cuda_rule * rule, char * why, size_t why_size) {
    const std::optional<Request> request = request_of(rule->selector);
    if (!request) {
        explain(why, why_size, "this selector has no CUDA form");
        return false;
    }
    if (!(rule->density > 0.0f && rule->density <= 1.0f) || std::isnan(rule->threshold)) {
        explain(why, why_size, "density has to be above 0 and at most 1");
        return false;
    }
    if (*request == Request::Held) {
        const bool sound = rule->held && rule->n_held > 0 && rule->n_held <= layer->neurons &&
                           std::is_sorted(rule->held, rule->held + rule->n_held) && rule->held[0] >= 0 &&
                           rule->held[rule->n_held - 1] < layer->neurons;
        if (!sound) {
            explain(why, why_size, "the held neurons are no ascending list of neurons");
            return false;
        }
    }
    cudaDeviceSynchronize(); // a pass in flight still reads the old rule
    const float threshold = rule->selector == SP_EXACT_ZERO ? 1e-30f : rule->threshold;
    const int k =
        std::max(1, static_cast<int>(std::lround(rule->density * static_cast<float>(layer->neurons))));
    bool copied = upload(layer->threshold.get(), &threshold, 1) && upload(layer->k.get(), &k, 1);
    if (rule->neuron_weights && rule->selector != SP_CATS) {
        copied = copied && upload(layer->neuron_weights.get(), rule->neuron_weights,
                                  static_cast<size_t>(layer->neurons));
        layer->ffn.gate.neuron_weights = layer->neuron_weights.get();
    } else {
        layer->ffn.gate.neuron_weights = nullptr;
    }
    if (*request == Request::Held) {
        copied = copied && upload(layer->held_ids.get(), rule->held, static_cast<size_t>(rule->n_held)) &&
                 upload(layer->held_count.get(), &rule->n_held, 1);
    }
    if (!copied) {
        explain(why, why_size, cudaGetErrorString(cudaGetLastError()));
        return false;
    }
    layer->request = *request;
    layer->target = rule->density;
    layer->measured = -1.0f;
    return true;
}

bool sp_cuda_layer_active(const sp_cuda_layer * layer) { return layer->form() != Form::Dense; }

void sp_cuda_layer_forward(sp_cuda_layer * layer, const float * x, float * y, void * stream_pointer) {
    const Stream stream = static_cast<Stream>(stream_pointer);
    switch (layer->form()) {
    case Form::TopK:
        top_k_ffn(layer->ffn, layer->k.get(), x, layer->scratch, layer->width, y, stream);
        return;
    case Form::Held:
        held_ffn(layer->ffn, {layer->held_ids.get(), nullptr, layer->held_count.get()}, x, layer->scratch,
                 layer->width, y, stream);
        return;
    default: // a graph built while the layer was active may run once more after it turned dense: a threshold
             // pass is right too
        threshold_ffn(layer->ffn, x, layer->scratch, layer->width, y, stream);
    }
}

sp_cuda_counts sp_cuda_layer_counts(sp_cuda_layer * layer) {
    cudaDeviceSynchronize();
    sp_cuda_counts counts{0, layer->neurons, 0.0f};
    if (layer->form() == Form::Held) {
        cudaMemcpy(&counts.kept, layer->held_count.get(), sizeof(int), cudaMemcpyDeviceToHost);
        return counts;
    }
    const size_t chunks = static_cast<size_t>(chunks_of(layer->neurons));
    std::vector<float> kept(chunks), skipped(chunks);
    cudaMemcpy(&counts.kept, layer->scratch.list.count, sizeof(int), cudaMemcpyDeviceToHost);
    cudaMemcpy(kept.data(), layer->scratch.selection.kept_energy, chunks * sizeof(float),
               cudaMemcpyDeviceToHost);
    cudaMemcpy(skipped.data(), layer->scratch.selection.skipped_energy, chunks * sizeof(float),
               cudaMemcpyDeviceToHost);
    double kept_sum = 0.0;
    double skipped_sum = 0.0;
    for (size_t c = 0; c < chunks; ++c) {
        kept_sum += kept[c];
        skipped_sum += skipped[c];
    }
    counts.skipped_energy =
        kept_sum + skipped_sum > 0.0 ? static_cast<float>(skipped_sum / (kept_sum + skipped_sum)) : 0.0f;
    layer->measured = static_cast<float>(counts.kept) / static_cast<float>(layer->neurons);
    return counts;
}
