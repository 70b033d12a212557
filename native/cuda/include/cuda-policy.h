#pragma once
// Which form a layer's decode step takes. Pure, so that host code and tests decide alike.

#include "sparse-pilot.h"

namespace sp::cuda {

enum class Form { Dense, Threshold, TopK, Held };

/// Above this density the dense kernels run: skipping one row in five saves less than the extra launches and
/// the shorter runs of bytes cost.
constexpr float kDenseFrom = 0.8f;

/// What a layer's launches depend on besides device memory. A captured CUDA graph holds for one variant: each
/// has a node of its own, so that another one is seen as another graph.
struct Variant {
    Form form;
    bool weighted; // the scores carry the profile's weights
};
constexpr int kVariants = 7;

/// 0 is dense; the others are the indices of the nodes.
constexpr int index_of(const Variant & variant) {
    return variant.form == Form::Dense
               ? 0
               : 1 + (static_cast<int>(variant.form) - 1) * 2 + (variant.weighted ? 1 : 0);
}

inline Form form_of(sp_selector kind) {
    switch (kind) {
    case SP_CATS:
        return Form::Threshold;
    case SP_TOPK:
        return Form::TopK;
    case SP_GRIFFIN:
        return Form::Held;
    default:
        return Form::Dense;
    }
}

/// The variant that a selector's decision asks for; dense where it would keep more than `kDenseFrom`.
inline Variant variant_of(const sp_decision & decision) {
    const Form form = form_of(decision.kind);
    if (form == Form::Dense || decision.density > kDenseFrom) {
        return {Form::Dense, false};
    }
    return {form, decision.weights != nullptr};
}

/// Bytes of weights that one T = 1 pass of a gated FFN reads: `gate`, `up`, `down` are whole matrices,
/// `scale_share` the part of down that is scale planes (read for every group with a kept neuron), `other`
/// what the step reads besides, per FFN (attention, a layer's share of the output head).
struct FfnBytes {
    double gate, up, down, scale_share, other;
};

inline double bytes_read(Form form, const FfnBytes & bytes, double density) {
    const double down = bytes.down * (bytes.scale_share + (1.0 - bytes.scale_share) * density);
    switch (form) {
    case Form::Dense:
        return bytes.gate + bytes.up + bytes.down;
    case Form::Held:
        return bytes.gate * density + bytes.up * density + down;
    default:
        return bytes.gate + bytes.up * density + down;
    }
}

/// Speed-up over dense that the byte counts predict: dense kernels reach `bandwidth` (bytes/s), the sparse
/// FFN reaches the share `efficiency` of that, and an FFN costs `extra_seconds` more in launches and their
/// tails, which a fast card cannot hide.
inline double predicted_speedup(Form form, const FfnBytes & bytes, double density, double bandwidth,
                                double efficiency, double extra_seconds) {
    const double dense = (bytes.other + bytes_read(Form::Dense, bytes, 1.0)) / bandwidth;
    const double sparse =
        bytes.other / bandwidth + bytes_read(form, bytes, density) / (bandwidth * efficiency) + extra_seconds;
    return dense / sparse;
}

} // namespace sp::cuda
