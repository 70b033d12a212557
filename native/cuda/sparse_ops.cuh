#pragma once
// The forms of a sparse decode step (T = 1) as sequences of launches. Everything is on one stream, counts
// stay on the device, grids depend on shapes alone: safe to capture in a CUDA graph.

#include "kernels/column_product.cuh"
#include "kernels/gate_select.cuh"
#include "kernels/input_select.cuh"
#include "kernels/observe.cuh"
#include "kernels/relayout.cuh"
#include "launch.cuh"

namespace sp::cuda {

/// A GPU's width, for grids. Defaults suit a mid-range card.
struct Width {
    int multiprocessors = 40;
    int blocks_per_multiprocessor = 4;
    int persistent_blocks() const { return multiprocessors * blocks_per_multiprocessor; }
};

/// Splits of a column product over its inputs, so that the grid fills the card.
inline int splits_for(int outputs, int inputs, const Width & width) {
    const int slices = (outputs + kSlice - 1) / kSlice;
    const int wanted = (width.persistent_blocks() + slices - 1) / slices;
    const int most = (inputs + 63) / 64; // at least 8 inputs a warp
    return wanted < 1 ? 1 : (wanted > most ? most : wanted);
}

/// Bytes of the scratch memory of a layer with hidden size `d` and `f` neurons (or a linear with f inputs, d
/// outputs).
struct ScratchOffsets {
    size_t quants, scales, counts, ids, values, kept, skipped, list_ids, list_values, list_count, activated,
        scores, ties, kth, outcome, partial, arrived, total;
};

inline ScratchOffsets scratch_offsets(int d, int f, const Width & width) {
    const int n = f > d ? f : d;
    const size_t chunks = static_cast<size_t>(chunks_of(n));
    const size_t slices = static_cast<size_t>((n + kSlice - 1) / kSlice);
    ScratchOffsets at{};
    size_t end = 0;
    const auto take = [&end](size_t bytes) {
        const size_t start = end;
        end += (bytes + 255) / 256 * 256;
        return start;
    };
    at.quants = take(static_cast<size_t>(n));
    at.scales = take(static_cast<size_t>(n) / 32 * 4 + 4);
    at.counts = take(chunks * 4);
    at.ids = take(chunks * kChunk * 4);
    at.values = take(chunks * kChunk * 4);
    at.kept = take(chunks * 4);
    at.skipped = take(chunks * 4);
    at.list_ids = take(chunks * kChunk * 4);
    at.list_values = take(chunks * kChunk * 4);
    at.list_count = take(4);
    at.activated = take(chunks * kChunk * 4);
    at.scores = take(chunks * kChunk * 4);
    at.ties = take(chunks * 4);
    at.kth = take(sizeof(KthKey));
    at.outcome = take(sizeof(Outcome));
    const int splits_down = splits_for(d, f, width);
    const int splits_back = splits_for(f, d, width);
    at.partial = take(static_cast<size_t>(splits_down > splits_back ? splits_down : splits_back) *
                      static_cast<size_t>(n) * 4);
    at.arrived = take(slices * 4);
    at.total = end;
    return at;
}

/// Typed views of the scratch memory. `arrived` has to be zero before the first launch; it is zero after
/// each.
struct Scratch {
    int8_t * quants;
    float * scales;
    Selection selection;
    CompactList list;
    float * activated;
    float * scores;
    int * ties;
    KthKey * kth;
    Outcome * outcome; // may be set to memory elsewhere, where the outcomes of all layers lie together
    SplitScratch split;
};

inline Scratch scratch_at(uint8_t * base, const ScratchOffsets & at) {
    const auto floats = [base](size_t offset) { return reinterpret_cast<float *>(base + offset); };
    const auto ints = [base](size_t offset) { return reinterpret_cast<int *>(base + offset); };
    return Scratch{reinterpret_cast<int8_t *>(base + at.quants),
                   floats(at.scales),
                   {ints(at.counts), ints(at.ids), floats(at.values), floats(at.kept), floats(at.skipped)},
                   {ints(at.list_ids), floats(at.list_values), ints(at.list_count)},
                   floats(at.activated),
                   floats(at.scores),
                   ints(at.ties),
                   reinterpret_cast<KthKey *>(base + at.kth),
                   reinterpret_cast<Outcome *>(base + at.outcome),
                   {floats(at.partial), reinterpret_cast<unsigned *>(base + at.arrived)}};
}

/// One FFN layer on the device: gate and up in the stock layout, down in planes. An FFN that is not gated has
/// its up matrix and bias in `gate`, and no `up`: y = down(act(up x)).
struct FfnLayer {
    GateArguments gate;
    WeightType gate_type;
    const void * up; // [f] rows of d, optional
    WeightType up_type;
    const float * up_bias; // optional
    Planes down;
    WeightType down_type;
    const float * down_bias; // optional
};

inline QuantizedInput quantize(const float * x, int d, const Scratch & scratch, Stream stream) {
    constexpr int kWarps = 8;
    launch(quantize_input, (d / 32 + kWarps - 1) / kWarps, 1, kWarps * kWarpSize, stream, x, scratch.quants,
           scratch.scales, d);
    return QuantizedInput{scratch.quants, scratch.scales, x};
}

inline void product_of_list(const Planes & w, WeightType type, const CompactList & list, const float * bias,
                            const Scratch & scratch, const Width & width, float * y, Stream stream) {
    const int slices = (w.outputs + kSlice - 1) / kSlice;
    dispatch(type, [&](auto t) {
        launch(column_product<decltype(t)::value>, slices, splits_for(w.outputs, w.inputs, width), kSlice,
               stream, w, list, bias, scratch.split, y);
    });
}

inline void up_and_down(const FfnLayer & layer, const QuantizedInput & x, const Scratch & scratch,
                        const Width & width, float * y, Stream stream) {
    if (layer.up == nullptr) {
        launch(compact_list, chunks_of(layer.gate.f), 1, kChunk, stream, layer.gate.f, scratch.selection,
               scratch.list, scratch.outcome);
    } else {
        dispatch(layer.up_type, [&](auto t) {
            launch(up_rows<decltype(t)::value>, width.persistent_blocks(), 1, 256, stream, layer.up,
                   layer.up_bias, x, layer.gate.d, layer.gate.f, scratch.selection, scratch.list,
                   scratch.outcome);
        });
    }
    product_of_list(layer.down, layer.down_type, scratch.list, layer.down_bias, scratch, width, y, stream);
}

/// y = FFN(x) over the neurons with |act(gate)| * w >= threshold. Four launches.
inline void threshold_ffn(const FfnLayer & layer, const float * x, const Scratch & scratch,
                          const Width & width, float * y, Stream stream) {
    const QuantizedInput input = quantize(x, layer.gate.d, scratch, stream);
    dispatch(layer.gate_type, [&](auto t) {
        launch(gate_select<decltype(t)::value>, chunks_of(layer.gate.f), 1, kGateThreads, stream, layer.gate,
               input, scratch.selection);
    });
    up_and_down(layer, input, scratch, width, y, stream);
}

/// Exact top-K of scores already in scratch into scratch.selection; `k` is device memory. `energies` as of
/// select_top.
inline void select_top_k(const float * values, const float * energies, int n, const int * k,
                         const Scratch & scratch, Stream stream) {
    launch(find_kth_key, 1, 1, 1024, stream, scratch.scores, n, k, scratch.kth, scratch.outcome);
    launch(count_ties, chunks_of(n), 1, kChunk, stream, scratch.scores, n, scratch.kth, scratch.ties);
    launch(select_top, chunks_of(n), 1, kChunk, stream, values, scratch.scores, energies, n, scratch.kth,
           scratch.ties, scratch.selection);
}

/// y = FFN(x) over the K neurons with the largest weighted |act(gate)| (Sirius FSparse).
inline void top_k_ffn(const FfnLayer & layer, const int * k, const float * x, const Scratch & scratch,
                      const Width & width, float * y, Stream stream) {
    const QuantizedInput input = quantize(x, layer.gate.d, scratch, stream);
    dispatch(layer.gate_type, [&](auto t) {
        launch(gate_scores<decltype(t)::value>, width.persistent_blocks(), 1, 256, stream, layer.gate, input,
               scratch.activated, scratch.scores);
    });
    select_top_k(scratch.activated, scratch.scores, layer.gate.f, k, scratch, stream);
    up_and_down(layer, input, scratch, width, y, stream);
}

/// y = FFN(x) over a held list of neurons (GRIFFIN, Sirius CSparse, rolling): all three matrices skip. Three
/// launches.
inline void held_ffn(const FfnLayer & layer, const CompactList & held, const float * x,
                     const Scratch & scratch, const Width & width, float * y, Stream stream) {
    const QuantizedInput input = quantize(x, layer.gate.d, scratch, stream);
    const HeldRows rows{layer.gate.weights, layer.gate.bias,       layer.up,
                        layer.up_bias,      layer.gate.activation, layer.gate.d};
    dispatch(layer.gate_type, [&](auto g) {
        dispatch(layer.up_type, [&](auto u) {
            launch(held_rows<decltype(g)::value, decltype(u)::value>, width.persistent_blocks(), 1, 256,
                   stream, rows, input, held, scratch.list.values);
        });
    });
    const CompactList hidden{held.ids, scratch.list.values, held.count};
    product_of_list(layer.down, layer.down_type, hidden, layer.down_bias, scratch, width, y, stream);
}

/// Which input channels of a linear are read. The number it points to is device memory.
struct InputRule {
    enum class Kind { Threshold, TopK, QuantisedTopK, BlockTopK } kind;
    const float * threshold;    // Threshold (TEAL)
    const int * k;              // the others; BlockTopK: of 32 channels
    const float * column_norms; // WINA's weight, optional
};

inline void select_inputs(const InputRule & rule, int n, const float * x, const Scratch & scratch,
                          Stream stream) {
    const float * norms = rule.column_norms;
    switch (rule.kind) {
    case InputRule::Kind::Threshold:
        launch(select_inputs_above, chunks_of(n), 1, kChunk, stream, x, norms, n, rule.threshold,
               scratch.selection);
        return;
    case InputRule::Kind::BlockTopK:
        launch(select_inputs_of_blocks, chunks_of(n), 1, kChunk, stream, x, norms, n, rule.k,
               scratch.selection);
        return;
    case InputRule::Kind::TopK:
        launch(input_scores, (n + 255) / 256, 1, 256, stream, x, norms, n, scratch.scores);
        break;
    case InputRule::Kind::QuantisedTopK:
        launch(quantised_input_scores, 1, 1, 1024, stream, x, norms, n, scratch.scores);
        break;
    }
    select_top_k(x, x, n, rule.k, scratch, stream);
}

/// y = W x over the chosen input channels of x. Three launches, by an exact top-K six.
inline void sparse_linear(const Planes & w, WeightType type, const InputRule & rule, const float * x,
                          const Scratch & scratch, const Width & width, float * y, Stream stream) {
    const int n = w.inputs;
    select_inputs(rule, n, x, scratch, stream);
    launch(compact_list, chunks_of(n), 1, kChunk, stream, n, scratch.selection, scratch.list,
           scratch.outcome);
    product_of_list(w, type, scratch.list, nullptr, scratch, width, y, stream);
}

/// Adds a batch to a layer's importance. `inverse` has room for its tokens. Two launches.
inline void observe(const ObservedRows & rows, const float * decay, float * inverse, float * importance,
                    Outcome * seen, Stream stream) {
    launch(observed_energies, rows.tokens, 1, 256, stream, rows, inverse);
    launch(add_importance, (rows.neurons + 255) / 256, 1, 256, stream, rows, inverse, decay, importance,
           seen);
}

/// Builds `to` (planes in device memory) from a stock tensor of the same shape and type.
inline void build_planes(const void * stock, WeightType type, const Planes & to, const Width & width,
                         Stream stream) {
    dispatch(type, [&](auto t) {
        launch(relayout<decltype(t)::value>, width.persistent_blocks(), 1, 256, stream, stock, to);
    });
}

} // namespace sp::cuda
