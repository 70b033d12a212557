// One FFN layer on a GPU behind the plain C API: owns planes, scratch memory and the rule's device copies.

#include "include/sparse-pilot-cuda.h"

#include "include/cuda-policy.h"
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
    Form form = Form::Dense; // without a decision a forward pass keeps every neuron
    float threshold_now = 0.0f;
    int k_now = 0;
    std::vector<float> weights_now;
    std::vector<int32_t> held_now;
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
    cudaMemset(layer->threshold.get(), 0, sizeof(float));
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

bool sp_cuda_layer_configure(sp_cuda_layer * layer, const sp_decision * decision, char * why,
                             size_t why_size) {
    const size_t neurons = static_cast<size_t>(layer->neurons);
    const Form form = form_of(decision->kind);
    const float threshold = form == Form::Threshold ? decision->threshold : 0.0f;
    const int k = form == Form::TopK ? decision->count : 0;
    std::vector<float> weights;
    std::vector<int32_t> held;
    if (decision->weights != nullptr) {
        weights.assign(decision->weights, decision->weights + neurons);
    }
    if (form == Form::Held) {
        const bool countable =
            decision->ids != nullptr && decision->n_ids > 0 && decision->n_ids <= layer->neurons;
        if (countable) {
            held.assign(decision->ids, decision->ids + decision->n_ids);
        }
        if (!countable || !std::is_sorted(held.begin(), held.end()) || held.front() < 0 ||
            held.back() >= layer->neurons) {
            explain(why, why_size, "the held neurons are no ascending list of neurons");
            return false;
        }
    }
    if (std::isnan(threshold) || k < 0 || k > layer->neurons) {
        explain(why, why_size, "the threshold or the count is out of range");
        return false;
    }
    const bool same = form == layer->form && threshold == layer->threshold_now && k == layer->k_now &&
                      weights == layer->weights_now && held == layer->held_now;
    if (same) {
        return true;
    }
    cudaDeviceSynchronize(); // a pass in flight still reads the old decision
    bool copied = upload(layer->threshold.get(), &threshold, 1) && upload(layer->k.get(), &k, 1);
    if (!weights.empty()) {
        copied = copied && upload(layer->neuron_weights.get(), weights.data(), neurons);
    }
    if (form == Form::Held) {
        const int count = static_cast<int>(held.size());
        copied = copied && upload(layer->held_ids.get(), held.data(), held.size()) &&
                 upload(layer->held_count.get(), &count, 1);
    }
    if (!copied) {
        explain(why, why_size, cudaGetErrorString(cudaGetLastError()));
        return false;
    }
    layer->ffn.gate.neuron_weights = weights.empty() ? nullptr : layer->neuron_weights.get();
    layer->form = form;
    layer->threshold_now = threshold;
    layer->k_now = k;
    layer->weights_now = std::move(weights);
    layer->held_now = std::move(held);
    return true;
}

void sp_cuda_layer_forward(sp_cuda_layer * layer, const float * x, float * y, void * stream_pointer) {
    const Stream stream = static_cast<Stream>(stream_pointer);
    switch (layer->form) {
    case Form::TopK:
        top_k_ffn(layer->ffn, layer->k.get(), x, layer->scratch, layer->width, y, stream);
        return;
    case Form::Held:
        held_ffn(layer->ffn, {layer->held_ids.get(), nullptr, layer->held_count.get()}, x, layer->scratch,
                 layer->width, y, stream);
        return;
    default: // dense too: a threshold of 0 keeps every neuron
        threshold_ffn(layer->ffn, x, layer->scratch, layer->width, y, stream);
    }
}

sp_cuda_counts sp_cuda_layer_counts(sp_cuda_layer * layer) {
    cudaDeviceSynchronize();
    sp_cuda_counts counts{0, layer->neurons, 0.0f};
    if (layer->form == Form::Held) {
        counts.kept = static_cast<int32_t>(layer->held_now.size());
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
    return counts;
}
