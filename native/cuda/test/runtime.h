#pragma once
// The part of the CUDA runtime that layer.cu calls, on ordinary memory: as many GPUs as a test asks for, each
// with as much memory as it asks for. Everything happens at once, so a stream orders nothing here; what is
// enqueued and what is waited for is counted.

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <map>

enum cudaError_t {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorLaunch = 719
};
enum cudaMemcpyKind { cudaMemcpyHostToDevice = 1, cudaMemcpyDeviceToHost = 2 };
enum cudaMemoryType { cudaMemoryTypeUnregistered = 0, cudaMemoryTypeHost = 1, cudaMemoryTypeDevice = 2 };
enum cudaDeviceAttr { cudaDevAttrMultiProcessorCount = 16 };
constexpr unsigned cudaEventDisableTiming = 2;
struct cudaPointerAttributes {
    cudaMemoryType type;
    int device;
};
using cudaStream_t = void *;
using cudaEvent_t = void *;

namespace simt {

struct Machine {
    struct Block {
        size_t bytes;
        int device;
        bool pinned;
    };
    int current = 0;
    size_t total = size_t{8} << 30;
    size_t free = size_t{8} << 30;             // of every device, whatever is taken from it
    cudaError_t launch_error = cudaSuccess;    // what the next launch ends with
    int uploads = 0, downloads = 0, waits = 0; // of the whole device, a stream or an event
    std::map<const char *, Block> blocks;

    const Block * at(const void * pointer) const {
        const auto * address = static_cast<const char *>(pointer);
        auto next = blocks.upper_bound(address);
        if (next == blocks.begin()) {
            return nullptr;
        }
        --next;
        return address < next->first + next->second.bytes ? &next->second : nullptr;
    }
    size_t taken(int device) const {
        size_t sum = 0;
        for (const auto & [address, block] : blocks) {
            sum += block.device == device && !block.pinned ? block.bytes : 0;
        }
        return sum;
    }
};
inline Machine & machine() {
    static Machine one;
    return one;
}

} // namespace simt

inline cudaError_t simt_take(void ** pointer, size_t bytes, bool pinned) {
    *pointer = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
    std::memset(*pointer, 0xcd, bytes);
    simt::machine().blocks[static_cast<const char *>(*pointer)] = {bytes, simt::machine().current, pinned};
    return cudaSuccess;
}
inline cudaError_t cudaMalloc(void ** pointer, size_t bytes) { return simt_take(pointer, bytes, false); }
inline cudaError_t cudaMallocHost(void ** pointer, size_t bytes) { return simt_take(pointer, bytes, true); }
inline cudaError_t cudaFree(void * pointer) {
    simt::machine().blocks.erase(static_cast<const char *>(pointer));
    std::free(pointer);
    return cudaSuccess;
}
inline cudaError_t cudaFreeHost(void * pointer) { return cudaFree(pointer); }
inline cudaError_t cudaMemset(void * to, int value, size_t bytes) {
    std::memset(to, value, bytes);
    return cudaSuccess;
}
inline cudaError_t cudaMemsetAsync(void * to, int value, size_t bytes, cudaStream_t) {
    return cudaMemset(to, value, bytes);
}
inline cudaError_t cudaMemcpyAsync(void * to, const void * from, size_t bytes, cudaMemcpyKind kind,
                                   cudaStream_t) {
    std::memcpy(to, from, bytes);
    ++(kind == cudaMemcpyHostToDevice ? simt::machine().uploads : simt::machine().downloads);
    return cudaSuccess;
}
inline cudaError_t cudaMemcpy(void * to, const void * from, size_t bytes, cudaMemcpyKind kind) {
    ++simt::machine().waits;
    return cudaMemcpyAsync(to, from, bytes, kind, nullptr);
}
inline cudaError_t simt_wait() {
    ++simt::machine().waits;
    return cudaSuccess;
}
inline cudaError_t cudaDeviceSynchronize() { return simt_wait(); }
inline cudaError_t cudaStreamSynchronize(cudaStream_t) { return simt_wait(); }
inline cudaError_t cudaEventSynchronize(cudaEvent_t) { return simt_wait(); }
inline cudaError_t cudaEventCreateWithFlags(cudaEvent_t * event, unsigned) {
    *event = std::malloc(1);
    return cudaSuccess;
}
inline cudaError_t cudaEventDestroy(cudaEvent_t event) {
    std::free(event);
    return cudaSuccess;
}
inline cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t) { return cudaSuccess; }
inline cudaError_t cudaGetLastError() {
    const cudaError_t error = simt::machine().launch_error;
    simt::machine().launch_error = cudaSuccess;
    return error;
}
inline const char * cudaGetErrorString(cudaError_t error) {
    return error == cudaSuccess ? "no error" : "the device refused";
}
inline cudaError_t cudaGetDevice(int * device) {
    *device = simt::machine().current;
    return cudaSuccess;
}
inline cudaError_t cudaSetDevice(int device) {
    simt::machine().current = device;
    return cudaSuccess;
}
inline cudaError_t cudaDeviceGetAttribute(int * value, cudaDeviceAttr, int) {
    *value = 3;
    return cudaSuccess;
}
inline cudaError_t cudaMemGetInfo(size_t * free, size_t * total) {
    *free = simt::machine().free;
    *total = simt::machine().total;
    return cudaSuccess;
}
inline cudaError_t cudaPointerGetAttributes(cudaPointerAttributes * attributes, const void * pointer) {
    const simt::Machine::Block * block = simt::machine().at(pointer);
    *attributes = {block == nullptr ? cudaMemoryTypeUnregistered
                   : block->pinned  ? cudaMemoryTypeHost
                                    : cudaMemoryTypeDevice,
                   block == nullptr ? 0 : block->device};
    return cudaSuccess;
}
