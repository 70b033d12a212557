#pragma once
// Memory of a GPU, with its owner; and on which GPU, and how much of it.

#include "../platform.cuh"
#if !defined(__CUDACC__)
#include "../test/runtime.h"
#endif

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

namespace sp::cuda {

struct DeviceFree {
    void operator()(void * pointer) const { cudaFree(pointer); }
};
struct PinnedFree {
    void operator()(void * pointer) const { cudaFreeHost(pointer); }
};
template <typename T> using DeviceMemory = std::unique_ptr<T, DeviceFree>;
template <typename T> using PinnedMemory = std::unique_ptr<T, PinnedFree>;

/// On the current device. Null when there is no room.
template <typename T> DeviceMemory<T> allocate(size_t count) {
    void * pointer = nullptr;
    if (cudaMalloc(&pointer, std::max<size_t>(count, 1) * sizeof(T)) != cudaSuccess) {
        cudaGetLastError(); // a failed allocation is answered, not left for the next call to find
        return nullptr;
    }
    return DeviceMemory<T>(static_cast<T *>(pointer));
}

template <typename T> PinnedMemory<T> allocate_pinned(size_t count) {
    void * pointer = nullptr;
    if (cudaMallocHost(&pointer, std::max<size_t>(count, 1) * sizeof(T)) != cudaSuccess) {
        cudaGetLastError();
        return nullptr;
    }
    return PinnedMemory<T>(static_cast<T *>(pointer));
}

/// Makes a device current, and afterwards the one that was.
class DeviceGuard {
  public:
    explicit DeviceGuard(int device) {
        cudaGetDevice(&before_);
        cudaSetDevice(device);
    }
    ~DeviceGuard() { cudaSetDevice(before_); }
    DeviceGuard(const DeviceGuard &) = delete;
    DeviceGuard & operator=(const DeviceGuard &) = delete;

  private:
    int before_ = 0;
};

constexpr int kNoDevice = -1;

/// The GPU whose memory `pointer` lies in; kNoDevice for other memory (a tensor spread over GPUs by rows has
/// an address of no memory at all).
inline int device_of(const void * pointer) {
    cudaPointerAttributes attributes{};
    if (cudaPointerGetAttributes(&attributes, pointer) != cudaSuccess) {
        cudaGetLastError();
        return kNoDevice;
    }
    return attributes.type == cudaMemoryTypeDevice ? attributes.device : kNoDevice;
}

/// What the sparse layouts leave free on a GPU for everybody else: node-llama-cpp has fitted as many layers
/// as it could, and buffers of long prompts still come.
inline size_t reserve_of(size_t total) { return std::max(size_t{512} << 20, total / 20); }

/// Why `bytes` more would not fit on the current device beside the reserve; empty when they do.
inline std::string no_room_for(size_t bytes) {
    size_t free = 0;
    size_t total = 0;
    if (cudaMemGetInfo(&free, &total) != cudaSuccess) {
        cudaGetLastError();
        return "the GPU does not tell how much memory is free";
    }
    if (free >= bytes + reserve_of(total)) {
        return "";
    }
    char text[160];
    std::snprintf(
        text, sizeof text,
        "not enough GPU memory: the layer's sparse layout takes %zu MB, %zu MB are free, and %zu MB "
        "are kept free",
        (bytes >> 20) + 1, free >> 20, reserve_of(total) >> 20);
    return text;
}

} // namespace sp::cuda
