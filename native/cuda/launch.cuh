#pragma once
// Host side of a launch: the same call runs a kernel on a stream or in the emulator.

#include "blocks.cuh"

namespace sp::cuda {

#if defined(__CUDACC__)
using Stream = cudaStream_t;
#else
using Stream = void *;
#endif

/// Launches `kernel` on a grid of (x, y) blocks. Nothing here waits for the device.
template <typename... Parameters, typename... Arguments>
void launch(void (*kernel)(Parameters...), int grid_x, int grid_y, int block, Stream stream,
            Arguments... arguments) {
#if defined(__CUDACC__)
    const dim3 grid(static_cast<unsigned>(grid_x), static_cast<unsigned>(grid_y));
    kernel<<<grid, static_cast<unsigned>(block), 0, stream>>>(static_cast<Parameters>(arguments)...);
#else
    (void)stream;
    simt::launch({static_cast<unsigned>(grid_x), static_cast<unsigned>(grid_y), 1},
                 {static_cast<unsigned>(block), 1, 1}, [=] { kernel(arguments...); });
#endif
}

/// Calls `body` with the weight type as a compile-time constant: `dispatch(type, [&](auto t) { ...
/// decltype(t)::value ... })`.
template <WeightType value_> struct TypeConstant { static constexpr WeightType value = value_; };

template <typename Body> void dispatch(WeightType type, Body && body) {
    switch (type) {
    case WeightType::Q4_0:
        return body(TypeConstant<WeightType::Q4_0>{});
    case WeightType::Q8_0:
        return body(TypeConstant<WeightType::Q8_0>{});
    case WeightType::Q4_K:
        return body(TypeConstant<WeightType::Q4_K>{});
    case WeightType::Q6_K:
        return body(TypeConstant<WeightType::Q6_K>{});
    case WeightType::F16:
        return body(TypeConstant<WeightType::F16>{});
    case WeightType::BF16:
        return body(TypeConstant<WeightType::BF16>{});
    }
}

} // namespace sp::cuda
