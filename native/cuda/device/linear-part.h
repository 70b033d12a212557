#pragma once
// A linear on a GPU whose input channels can be skipped (TEAL, Q-Sparse, Block Q-Sparse).

#include "part.h"

namespace sp::cuda {

/// Why the kernels cannot take this matrix; null when they can.
inline const char * refusal(const sp_cuda_matrix & weights) {
    const std::optional<WeightType> type = weight_type_of(weights.type);
    if (!type) {
        return kNoKernel;
    }
    const int64_t outputs = weights.ne1;
    const int64_t inputs = weights.ne0;
    if (outputs <= 0 || inputs <= 0 || outputs % 32 != 0 || inputs % 32 != 0 ||
        inputs % block_length(*type) != 0) {
        return kOddWidth;
    }
    if (!fits_the_lists(inputs) || !fits_the_lists(outputs)) {
        return kTooWide;
    }
    return device_of(weights.data) == kNoDevice ? kNotOneGpu : nullptr;
}

class LinearPart final : public sp_cuda_part {
  public:
    /// Of a matrix that was not refused, on the current device. Null, with the reason in `why`.
    static std::unique_ptr<LinearPart> create(sp_cuda_model & model, int index,
                                              const sp_cuda_matrix & weights, std::string & why) {
        const int inputs = static_cast<int>(weights.ne0);
        const WeightType type = *weight_type_of(weights.type);
        const size_t norms = static_cast<size_t>(inputs) * sizeof(float);
        auto part = std::make_unique<LinearPart>();
        why = settle(*part, model, index, device_of(weights.data),
                     {weights.data, type, static_cast<int>(weights.ne1), inputs, norms});
        if (!why.empty()) {
            return nullptr;
        }
        if (!part->norms_.create(static_cast<size_t>(inputs))) {
            why = kNoRoom;
            return nullptr;
        }
        part->type_ = type;
        return part;
    }

    int all() const override { return planes->planes.inputs; }

    std::string configure(const sp_decision & decision) override {
        const Form wanted = form_of(decision.kind);
        const bool counts = wanted != Form::Dense && wanted != Form::Threshold;
        const Control numbers{counts ? 0.0f : decision.threshold, counts ? decision.count : 0, 0};
        const int most = wanted == Form::BlockTopK ? kChunk : all();
        if (wanted == Form::Held || std::isnan(numbers.threshold) || numbers.k < 0 || numbers.k > most) {
            return kOutOfRange;
        }
        weighted_ = decision.weights != nullptr;
        if (weighted_ && (decision.revision == 0 || decision.revision != revision_)) {
            if (!sent(norms_, norms_now_, decision.weights, static_cast<size_t>(all()), board->stream())) {
                return cudaGetErrorString(cudaGetLastError());
            }
            revision_ = decision.revision;
        }
        form = wanted;
        set(numbers);
        return "";
    }

    void forward(const sp_cuda_pass & pass, Stream stream) override {
        const InputRule rule{kind(), &numbers()->threshold, &numbers()->k,
                             weighted_ ? norms_.device() : nullptr};
        sparse_linear(planes->planes, type_, rule, pass.x, scratch, board->width(), pass.y, stream);
    }

  private:
    InputRule::Kind kind() const {
        switch (form) {
        case Form::TopK:
            return InputRule::Kind::TopK;
        case Form::QuantisedTopK:
            return InputRule::Kind::QuantisedTopK;
        case Form::BlockTopK:
            return InputRule::Kind::BlockTopK;
        default: // dense too: a threshold of 0 keeps every input
            return InputRule::Kind::Threshold;
        }
    }

    WeightType type_ = WeightType::F16;
    bool weighted_ = false;
    StagedArray<float> norms_;
    uint64_t revision_ = 0; // of the norms below
    std::vector<float> norms_now_;
};

} // namespace sp::cuda
