#pragma once
// Memory that a kernel can reach: device memory under nvcc, ordinary memory in the emulator.

#include "../platform.cuh"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace sp::cuda::test {

#if defined(__CUDACC__)
inline void check(cudaError_t status) {
    if (status != cudaSuccess) {
        std::fprintf(stderr, "CUDA: %s\n", cudaGetErrorString(status));
        std::exit(1);
    }
}
#endif

inline void wait_for_device() {
#if defined(__CUDACC__)
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
#endif
}

template <typename T> class DeviceArray {
  public:
    explicit DeviceArray(size_t count, int fill = 0xcd) : count_(count) {
        const size_t bytes = (count == 0 ? 1 : count) * sizeof(T);
#if defined(__CUDACC__)
        check(cudaMalloc(&data_, bytes));
        check(cudaMemset(data_, fill, bytes));
#else
        data_ = static_cast<T *>(std::aligned_alloc(64, (bytes + 63) / 64 * 64));
        std::memset(static_cast<void *>(data_), fill, bytes);
#endif
    }
    explicit DeviceArray(const std::vector<T> & values) : DeviceArray(values.size()) {
#if defined(__CUDACC__)
        check(cudaMemcpy(data_, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice));
#else
        std::copy(values.begin(), values.end(), data_);
#endif
    }
    ~DeviceArray() {
#if defined(__CUDACC__)
        cudaFree(data_);
#else
        std::free(data_);
#endif
    }
    DeviceArray(const DeviceArray &) = delete;
    DeviceArray & operator=(const DeviceArray &) = delete;

    T * get() const { return data_; }

    std::vector<T> read() const {
        wait_for_device();
        std::vector<T> values(count_);
#if defined(__CUDACC__)
        check(cudaMemcpy(values.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost));
#else
        std::copy(data_, data_ + count_, values.begin());
#endif
        return values;
    }

  private:
    T * data_ = nullptr;
    size_t count_;
};

} // namespace sp::cuda::test
