#pragma once
// An FFN on a GPU.

#include "part.h"

namespace sp::cuda {

/// Why the kernels cannot take this FFN; null when they can.
inline const char * refusal(const sp_cuda_ffn & ffn) {
    const bool gated = ffn.gate.data != nullptr;
    if (!ffn.up.data || !ffn.down.data) {
        return "a matrix of the FFN is missing";
    }
    const std::optional<WeightType> gate = weight_type_of(ffn.gate.type);
    const std::optional<WeightType> up = weight_type_of(ffn.up.type);
    const std::optional<WeightType> down = weight_type_of(ffn.down.type);
    if ((gated && !gate) || !up || !down) {
        return kNoKernel;
    }
    const int64_t d = ffn.up.ne0;
    const int64_t f = ffn.up.ne1;
    if ((gated && (ffn.gate.ne0 != d || ffn.gate.ne1 != f)) || ffn.down.ne0 != f || ffn.down.ne1 != d) {
        return "gate, up and down do not fit one another";
    }
    if (d % 32 != 0 || f % block_length(*down) != 0 || d <= 0 || f <= 0) {
        return kOddWidth;
    }
    if (!fits_the_lists(f) || !fits_the_lists(d)) {
        return kTooWide;
    }
    const int device = device_of(ffn.down.data);
    if (device == kNoDevice) {
        return kNotOneGpu;
    }
    if ((gated && device_of(ffn.gate.data) != device) || device_of(ffn.up.data) != device) {
        return "the layer is spread over several GPUs";
    }
    return nullptr;
}

/// Whether `ids` are neurons of a layer, ascending, at least one.
inline bool is_list(const int32_t * ids, int count, int neurons) {
    return ids != nullptr && count > 0 && count <= neurons && ids[0] >= 0 && ids[count - 1] < neurons &&
           std::adjacent_find(ids, ids + count, [](int32_t a, int32_t b) { return a >= b; }) == ids + count;
}

/// The selecting matrix and what it is multiplied with: of an FFN that is not gated, up alone.
inline FfnLayer described(const sp_cuda_ffn & ffn, const Planes & planes, const Control * control) {
    const bool gated = ffn.gate.data != nullptr;
    const sp_cuda_matrix & first = gated ? ffn.gate : ffn.up;
    const GateArguments gate{first.data,
                             gated ? ffn.gate_bias : ffn.up_bias,
                             nullptr,
                             &control->threshold,
                             activation_of(ffn.activation),
                             static_cast<int>(first.ne0),
                             static_cast<int>(first.ne1)};
    return {gate,
            *weight_type_of(first.type),
            gated ? ffn.up.data : nullptr,
            *weight_type_of(ffn.up.type),
            gated ? ffn.up_bias : nullptr,
            planes,
            *weight_type_of(ffn.down.type),
            ffn.down_bias};
}

class FfnPart final : public sp_cuda_part {
  public:
    /// Of an FFN that was not refused, on the current device. Null, with the reason in `why`.
    static std::unique_ptr<FfnPart> create(sp_cuda_model & model, int index, const sp_cuda_ffn & ffn,
                                           std::string & why) {
        const int d = static_cast<int>(ffn.up.ne0);
        const int f = static_cast<int>(ffn.up.ne1);
        const size_t lists = static_cast<size_t>(f) * (sizeof(float) + sizeof(int));
        auto part = std::make_unique<FfnPart>();
        why = settle(*part, model, index, device_of(ffn.down.data),
                     {ffn.down.data, *weight_type_of(ffn.down.type), d, f, lists});
        if (!why.empty()) {
            return nullptr;
        }
        if (!part->neuron_weights_.create(static_cast<size_t>(f)) ||
            !part->held_ids_.create(static_cast<size_t>(f))) {
            why = kNoRoom;
            return nullptr;
        }
        part->ffn_ = described(ffn, part->planes->planes, part->numbers());
        return part;
    }

    int all() const override { return ffn_.gate.f; }

    std::string configure(const sp_decision & decision) override {
        const Form wanted = form_of(decision.kind);
        const Control numbers{wanted == Form::Threshold ? decision.threshold : 0.0f,
                              wanted == Form::TopK ? decision.count : 0,
                              wanted == Form::Held ? decision.n_ids : 0};
        if (std::isnan(numbers.threshold) || numbers.k < 0 || numbers.k > all()) {
            return kOutOfRange;
        }
        const bool weighted = decision.weights != nullptr;
        const bool known = decision.revision != 0 && decision.revision == revision_ && wanted == form &&
                           weighted == (ffn_.gate.neuron_weights != nullptr);
        if (!known) {
            if (wanted == Form::Held && !is_list(decision.ids, decision.n_ids, all())) {
                return "the held neurons are no ascending list of neurons";
            }
            if (!send_arrays(decision, wanted)) {
                return cudaGetErrorString(cudaGetLastError());
            }
            ffn_.gate.neuron_weights = weighted ? neuron_weights_.device() : nullptr;
            form = wanted;
            revision_ = decision.revision;
        }
        set(numbers);
        return "";
    }

    void forward(const sp_cuda_pass & pass, Stream stream) override {
        const Width & width = board->width();
        switch (form) {
        case Form::TopK:
            top_k_ffn(ffn_, &numbers()->k, pass.x, scratch, width, pass.y, stream);
            return;
        case Form::Held:
            held_ffn(ffn_, {held_ids_.device(), nullptr, &board->control(index)->held}, pass.x, scratch,
                     width, pass.y, stream);
            return;
        default: // dense too: a threshold of 0 keeps every neuron
            threshold_ffn(ffn_, pass.x, scratch, width, pass.y, stream);
        }
    }

    const int * held_ids() const { return held_ids_.device(); }

  private:
    bool send_arrays(const sp_decision & decision, Form wanted) {
        const Stream stream = board->stream();
        return (decision.weights == nullptr ||
                sent(neuron_weights_, weights_now_, decision.weights, static_cast<size_t>(all()), stream)) &&
               (wanted != Form::Held ||
                sent(held_ids_, held_now_, decision.ids, static_cast<size_t>(decision.n_ids), stream));
    }

    FfnLayer ffn_{};
    StagedArray<float> neuron_weights_;
    StagedArray<int> held_ids_;
    uint64_t revision_ = 0; // of the weights and the list below
    std::vector<float> weights_now_;
    std::vector<int32_t> held_now_;
};

} // namespace sp::cuda
