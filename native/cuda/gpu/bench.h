#pragma once
// What both benches share: how time is taken, and the copy that bandwidths are compared with.

#include "shapes.h"

#include <cuda_runtime.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace bench {

[[noreturn]] inline void fail(const std::string & message) {
    std::fprintf(stderr, "bench: %s\n", message.c_str());
    std::exit(1);
}

inline void require(cudaError_t status) {
    if (status != cudaSuccess) {
        fail(std::string("CUDA: ") + cudaGetErrorString(status));
    }
}

inline const Shape & shape_named(const std::string & name) {
    for (const Shape & shape : kShapes) {
        if (name == shape.name) {
            return shape;
        }
    }
    fail("unknown shape " + name);
}

inline double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// Median microseconds on the device of `run(copy)` for each of `copies`, over rounds through all of them.
template <typename Run> double device_us(int copies, Run run) {
    cudaEvent_t start = nullptr, stop = nullptr;
    require(cudaEventCreate(&start));
    require(cudaEventCreate(&stop));
    std::vector<double> rounds;
    for (int round = 0; round < 12; ++round) {
        require(cudaEventRecord(start));
        for (int copy = 0; copy < copies; ++copy) {
            run(copy);
        }
        require(cudaEventRecord(stop));
        require(cudaEventSynchronize(stop));
        float ms = 0.0f;
        require(cudaEventElapsedTime(&ms, start, stop));
        rounds.push_back(1000.0 * static_cast<double>(ms) / copies);
    }
    require(cudaEventDestroy(start));
    require(cudaEventDestroy(stop));
    return median(rounds);
}

/// Bytes read and written per second by a copy inside the device.
inline double copy_bandwidth() {
    constexpr size_t kBytes = size_t{1} << 30;
    void *from = nullptr, *to = nullptr;
    require(cudaMalloc(&from, kBytes));
    require(cudaMalloc(&to, kBytes));
    const double us = device_us(
        1, [&](int) { require(cudaMemcpyAsync(to, from, kBytes, cudaMemcpyDeviceToDevice, nullptr)); });
    require(cudaFree(from));
    require(cudaFree(to));
    return 2.0 * static_cast<double>(kBytes) / (us * 1e-6);
}

} // namespace bench
