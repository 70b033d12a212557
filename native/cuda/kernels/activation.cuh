#pragma once

#include "../platform.cuh"

namespace sp::cuda {

/// The gate's activation function; the FFN is down(act(gate x) * up x), or down(act(up x)) when there is no
/// gate.
enum class Activation : int { SiLU, GELU, ReLU, ReLU2 };

__device__ __forceinline__ float activate(Activation activation, float g) {
    switch (activation) {
    case Activation::SiLU:
        return g / (1.0f + expf(-g));
    case Activation::GELU: // the tanh form, as ggml_gelu
        return 0.5f * g * (1.0f + tanhf(0.79788456080286535588f * g * (1.0f + 0.044715f * g * g)));
    case Activation::ReLU:
        return fmaxf(g, 0.0f);
    default: {
        const float r = fmaxf(g, 0.0f);
        return r * r;
    }
    }
}

} // namespace sp::cuda
