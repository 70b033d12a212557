#pragma once
// Which form a sparse node's decode step takes. Pure, so that host code and tests decide alike.

#include "sparse-pilot.h"

namespace sp::cuda {

/// Of an FFN's neurons, or of a linear's inputs (which know no held lists; the last two are theirs alone).
enum class Form { Dense, Threshold, TopK, Held, QuantisedTopK, BlockTopK };

/// Above this density the dense kernels run: skipping one row in five saves less than the extra launches and
/// the shorter runs of bytes cost.
constexpr float kDenseFrom = 0.8f;

/// What the launches of a node depend on besides device memory. A captured CUDA graph holds for one variant.
struct Variant {
    Form form;
    bool weighted; // the scores carry weights: the profile's, or the columns' norms
};
constexpr int kVariants = 11;

/// 0 is dense.
constexpr int index_of(const Variant & variant) {
    return variant.form == Form::Dense
               ? 0
               : 1 + (static_cast<int>(variant.form) - 1) * 2 + (variant.weighted ? 1 : 0);
}

inline Form form_of(sp_selector kind) {
    switch (kind) {
    case SP_CATS:
    case SP_TEAL:
        return Form::Threshold;
    case SP_TOPK:
        return Form::TopK;
    case SP_GRIFFIN:
        return Form::Held;
    case SP_QSPARSE:
        return Form::QuantisedTopK;
    case SP_BLOCK_QSPARSE:
        return Form::BlockTopK;
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

/// Bytes of weights that one T = 1 pass of a layer reads: `gate`, `up`, `down`, and the four matrices of
/// `attention`, are whole; `scale_share` is the part of planes that is scales (read for every group with
/// something kept); `other` what the step reads besides (a layer's share of the output head). Zero where a
/// part is not counted.
struct LayerBytes {
    double gate, up, down, attention, scale_share, other;
};

/// How a layer skips: its FFN in one of the forms, or the inputs of all its linears.
enum class Skips { Nothing, Neurons, HeldNeurons, Inputs };

inline double bytes_read(Skips skips, const LayerBytes & bytes, double density) {
    const double of_planes = bytes.scale_share + (1.0 - bytes.scale_share) * density;
    const double ffn = bytes.gate + bytes.up + bytes.down;
    switch (skips) {
    case Skips::Nothing:
        return ffn + bytes.attention;
    case Skips::HeldNeurons:
        return (bytes.gate + bytes.up) * density + bytes.down * of_planes;
    case Skips::Inputs:
        return (ffn + bytes.attention) * of_planes;
    default:
        return bytes.gate + bytes.up * density + bytes.down * of_planes;
    }
}

/// What a card is taken to do: dense kernels reach `bandwidth` (bytes/s), sparse ones the share `efficiency`
/// of that, and a layer takes `extra_seconds` more in launches and their tails, which a fast card cannot
/// hide.
struct Card {
    double bandwidth;
    double efficiency = 0.85;
    double extra_seconds = 4e-6;
};

/// Speed-up over dense that the byte counts predict.
inline double predicted_speedup(Skips skips, const LayerBytes & bytes, double density, const Card & card) {
    const bool inputs = skips == Skips::Inputs;
    const double dense = bytes.other + bytes_read(Skips::Nothing, bytes, 1.0);
    const double untouched = bytes.other + (inputs ? 0.0 : bytes.attention);
    // seven linears select each for itself, instead of one FFN
    const double extra = card.extra_seconds * (inputs ? 2.0 : 1.0);
    const double sparse = untouched / card.bandwidth +
                          bytes_read(skips, bytes, density) / (card.bandwidth * card.efficiency) + extra;
    return dense / card.bandwidth / sparse;
}

} // namespace sp::cuda
