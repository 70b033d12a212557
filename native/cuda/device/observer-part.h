#pragma once
// Sums up on a GPU what dense passes teach about a layer's neurons, for the host to fetch now and then: the
// activations stay there.

#include "part.h"

namespace sp::cuda {

class ObserverPart final : public sp_cuda_part {
  public:
    /// Null, with the reason in `why`. On the current device.
    static std::unique_ptr<ObserverPart> create(sp_cuda_model & model, int index, int device, int neurons,
                                                Activation activation, std::string & why) {
        const auto count = static_cast<size_t>(neurons);
        const size_t bytes = (count + SP_CUDA_MOST_OBSERVED) * sizeof(float);
        auto part = std::make_unique<ObserverPart>();
        why = no_room_for(bytes);
        if (!why.empty()) {
            return nullptr;
        }
        part->model = &model;
        part->index = index;
        part->device = device;
        part->board = board_of(model, device);
        part->sums_ = allocate<float>(count);
        part->inverse_ = allocate<float>(SP_CUDA_MOST_OBSERVED);
        part->sums_read_ = allocate_pinned<float>(count);
        if (!part->board || !part->sums_ || !part->inverse_ || !part->sums_read_ ||
            cudaMemset(part->sums_.get(), 0, count * sizeof(float)) != cudaSuccess ||
            cudaMemset(part->board->outcome(index), 0, sizeof(Outcome)) != cudaSuccess ||
            cudaStreamSynchronize(nullptr) != cudaSuccess) { // passes run on a stream of their own
            why = kNoRoom;
            return nullptr;
        }
        part->neurons_ = neurons;
        part->activation_ = activation;
        part->extra_bytes = bytes;
        part->control.threshold = 1.0f;
        part->board->set(index, part->control);
        return part;
    }

    int all() const override { return neurons_; }

    std::string configure(const sp_decision & decision) override {
        if (!(decision.threshold > 0.0f && decision.threshold <= 1.0f)) {
            return kOutOfRange;
        }
        set({decision.threshold, 0, 0});
        return "";
    }

    void forward(const sp_cuda_pass & pass, Stream stream) override {
        observe({pass.gate, pass.x, activation_, neurons_, pass.tokens}, &numbers()->threshold,
                inverse_.get(), sums_.get(), board->outcome(index), stream);
    }

    const float * take_sums(Stream stream) override {
        const size_t bytes = static_cast<size_t>(neurons_) * sizeof(float);
        const bool done = cudaMemcpyAsync(sums_read_.get(), sums_.get(), bytes, cudaMemcpyDeviceToHost,
                                          stream) == cudaSuccess &&
                          cudaMemsetAsync(sums_.get(), 0, bytes, stream) == cudaSuccess &&
                          cudaMemsetAsync(board->outcome(index), 0, sizeof(Outcome), stream) == cudaSuccess;
        return done ? sums_read_.get() : nullptr;
    }

  private:
    int neurons_ = 0;
    Activation activation_ = Activation::SiLU;
    DeviceMemory<float> sums_, inverse_;
    PinnedMemory<float> sums_read_;
};

} // namespace sp::cuda
