#pragma once
// What the layers of one model share on one GPU: the numbers that steer them, the counts that they leave, and
// scratch memory. Numbers and counts lie together, so that a token takes one copy each way for all layers.

#include "../sparse_ops.cuh"
#include "staged-array.h"

#include <map>
#include <utility>
#include <vector>

namespace sp::cuda {

/// A layer's numbers; the kernels read them on the device, so that changing them takes no new graph.
struct Control {
    float threshold;
    int k;
    int held; // length of the held list
};

/// Width of the current device.
inline Width width_of_device() {
    Width width;
    int device = 0;
    int multiprocessors = 0;
    if (cudaGetDevice(&device) == cudaSuccess &&
        cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, device) == cudaSuccess) {
        width.multiprocessors = multiprocessors;
    }
    return width;
}

/// Lives on the device that is current when it is created; every call has to find that device current.
class Board {
  public:
    /// False when there is no room.
    bool create(int layers) {
        const size_t count = static_cast<size_t>(layers);
        outcomes_ = allocate<Outcome>(count);
        outcomes_read_ = allocate_pinned<Outcome>(count);
        if (!outcomes_ || !outcomes_read_ || !controls_.create(count)) {
            return false;
        }
        layers_ = count;
        width_ = width_of_device();
        std::fill_n(controls_.edit(), count, Control{0.0f, 0, 0});
        return cudaMemset(outcomes_.get(), 0, count * sizeof(Outcome)) == cudaSuccess &&
               controls_.send(count, nullptr);
    }

    const Width & width() const { return width_; }
    Control * control(int layer) const { return controls_.device() + layer; }
    Outcome * outcome(int layer) const { return outcomes_.get() + layer; }

    /// Scratch memory for layers of a shape: they run one after another, so all of a shape have the same. The
    /// bytes that were taken for it now are added to `taken`. Its `total` is 0 when there is no room.
    std::pair<uint8_t *, ScratchOffsets> scratch(int d, int f, size_t & taken) {
        const ScratchOffsets offsets = scratch_offsets(d, f, width_);
        DeviceMemory<uint8_t> & memory = scratch_[{d, f}];
        if (!memory) {
            memory = allocate<uint8_t>(offsets.total);
            if (!memory || cudaMemset(memory.get(), 0, offsets.total) != cudaSuccess ||
                cudaStreamSynchronize(nullptr) != cudaSuccess) { // passes run on a stream of their own
                memory.reset();
                return {nullptr, {}};
            }
            taken += offsets.total;
        }
        return {memory.get(), offsets};
    }
    size_t scratch_bytes(int d, int f) const {
        return scratch_.count({d, f}) != 0 ? 0 : scratch_offsets(d, f, width_).total;
    }

    /// Takes part in the next `send`.
    void set(int layer, const Control & control) {
        controls_.edit()[layer] = control;
        changed_ = true;
    }
    bool send() {
        if (!changed_) {
            return true;
        }
        changed_ = false;
        return controls_.send(layers_, stream_);
    }

    /// Passes run on this stream from now on.
    void runs_on(Stream stream) { stream_ = stream; }
    Stream stream() const { return stream_; }

    /// What the last pass kept, of all layers; waits for it. Null when it failed.
    const Outcome * read() {
        const size_t bytes = layers_ * sizeof(Outcome);
        const bool done = cudaMemcpyAsync(outcomes_read_.get(), outcomes_.get(), bytes,
                                          cudaMemcpyDeviceToHost, stream_) == cudaSuccess &&
                          cudaStreamSynchronize(stream_) == cudaSuccess;
        return done ? outcomes_read_.get() : nullptr;
    }

  private:
    size_t layers_ = 0;
    Width width_;
    StagedArray<Control> controls_;
    bool changed_ = false;
    DeviceMemory<Outcome> outcomes_;
    PinnedMemory<Outcome> outcomes_read_;
    std::map<std::pair<int, int>, DeviceMemory<uint8_t>> scratch_; // by d, f
    Stream stream_ = nullptr;                                      // null until a pass has run
};

} // namespace sp::cuda
