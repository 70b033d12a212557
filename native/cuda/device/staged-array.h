#pragma once
// An array on a GPU that the host changes now and then, without ever waiting for passes in flight.

#include "memory.h"

#include "../launch.cuh"

namespace sp::cuda {

/// Device memory behind a pinned copy. A change is enqueued on the stream that reads the array, so that it
/// comes after the passes that are in flight and before the next.
template <typename T> class StagedArray {
  public:
    /// On the current device. False when there is no room.
    bool create(size_t count) {
        host_ = allocate_pinned<T>(count);
        device_ = allocate<T>(count);
        return host_ && device_ && cudaEventCreateWithFlags(&copied_, cudaEventDisableTiming) == cudaSuccess;
    }
    StagedArray() = default;
    ~StagedArray() {
        if (copied_ != nullptr) {
            cudaEventDestroy(copied_);
        }
    }
    StagedArray(const StagedArray &) = delete;
    StagedArray & operator=(const StagedArray &) = delete;

    T * device() const { return device_.get(); }
    /// The host's copy, to be changed; waits for an earlier `send` that still reads it.
    T * edit() {
        if (pending_) {
            cudaEventSynchronize(copied_);
            pending_ = false;
        }
        return host_.get();
    }
    /// Enqueues the first `count` elements. A null stream stands for none known yet: then it waits.
    bool send(size_t count, Stream stream) {
        if (cudaMemcpyAsync(device_.get(), host_.get(), count * sizeof(T), cudaMemcpyHostToDevice, stream) !=
                cudaSuccess ||
            cudaEventRecord(copied_, stream) != cudaSuccess) {
            return false;
        }
        pending_ = true;
        if (stream == nullptr) {
            edit();
        }
        return true;
    }

  private:
    PinnedMemory<T> host_;
    DeviceMemory<T> device_;
    cudaEvent_t copied_ = nullptr;
    bool pending_ = false;
};

} // namespace sp::cuda
