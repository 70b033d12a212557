#pragma once
// The planes of every down matrix that is in use, once for all contexts of a model.

#include "../sparse_ops.cuh"
#include "memory.h"

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

namespace sp::cuda {

/// One matrix's planes; freed with the last layer that reads them.
struct SharedPlanes {
    DeviceMemory<uint8_t> memory;
    size_t bytes = 0;
    Planes planes{};
};

/// The address alone could be that of another model's matrix by now: some of its bytes have to be the same
/// too.
struct PlanesKey {
    const void * weights;
    WeightType type;
    int outputs, inputs;
    std::array<uint8_t, 1024> sample;
    bool operator<(const PlanesKey & other) const {
        return std::tie(weights, type, outputs, inputs, sample) <
               std::tie(other.weights, other.type, other.outputs, other.inputs, other.sample);
    }
};

class PlanesStore {
  public:
    /// On the current device. Null, with the reason in `why`, when there is no room or the device failed.
    /// `others` are bytes that the caller is about to take besides.
    std::shared_ptr<SharedPlanes> get(const void * weights, WeightType type, int outputs, int inputs,
                                      size_t others, const Width & width, std::string & why) {
        const std::lock_guard<std::mutex> lock(mutex_);
        PlanesKey key{weights, type, outputs, inputs, {}};
        const size_t row = static_cast<size_t>(inputs / block_length(type)) * block_bytes(type);
        const size_t whole = row * static_cast<size_t>(outputs);
        const size_t sample = std::min(whole, key.sample.size());
        const auto * middle = static_cast<const uint8_t *>(weights) + (whole - sample) / 2;
        if (cudaMemcpy(key.sample.data(), middle, sample, cudaMemcpyDeviceToHost) != cudaSuccess) {
            why = cudaGetErrorString(cudaGetLastError());
            return nullptr;
        }
        forget_freed();
        const auto at = known_.find(key);
        auto found = at == known_.end() ? nullptr : at->second.lock();
        const size_t bytes = plane_offsets(type, outputs, inputs).total;
        why = no_room_for(others + (found ? 0 : bytes));
        if (!why.empty()) {
            return nullptr;
        }
        if (!found) {
            found = build(weights, type, outputs, inputs, bytes, width, why);
            if (found) {
                known_[key] = found;
            }
        }
        return found;
    }

  private:
    void forget_freed() {
        for (auto at = known_.begin(); at != known_.end();) {
            at = at->second.expired() ? known_.erase(at) : std::next(at);
        }
    }
    static std::shared_ptr<SharedPlanes> build(const void * weights, WeightType type, int outputs, int inputs,
                                               size_t bytes, const Width & width, std::string & why) {
        auto made = std::make_shared<SharedPlanes>();
        made->memory = allocate<uint8_t>(bytes);
        made->bytes = bytes;
        if (!made->memory) {
            why = "not enough GPU memory for the sparse layout";
            return nullptr;
        }
        made->planes = planes_at(made->memory.get(), type, outputs, inputs);
        build_planes(weights, type, made->planes, width, nullptr);
        cudaError_t status = cudaGetLastError(); // a launch that was refused leaves nothing to wait for
        if (status == cudaSuccess) {
            status = cudaDeviceSynchronize();
        }
        if (status != cudaSuccess) {
            why = cudaGetErrorString(status);
            return nullptr;
        }
        return made;
    }

    std::mutex mutex_;
    std::map<PlanesKey, std::weak_ptr<SharedPlanes>> known_;
};

inline PlanesStore & planes_store() {
    static PlanesStore store;
    return store;
}

} // namespace sp::cuda
