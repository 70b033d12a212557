/** Session::forward: one token through one layer. */
#include "groups.h"
#include "session.h"

#include <algorithm>
#include <cmath>

namespace sparse_pilot {

namespace {

constexpr int gateLookahead = 8;

/** Rows to prefetch ahead: enough to hide the latency, not so many that L2 loses them again. */
int lookahead(const FfnLayout & layout, size_t kept, bool fixed) {
    const size_t record = layout.keptBytes(fixed);
    const bool dense = kept * 10 > static_cast<size_t>(layout.f) * 6;
    const size_t wanted = dense || record < 1024 ? 32 : 16;
    const size_t fits = (size_t{192} << 10) / record;
    return static_cast<int>(std::clamp<size_t>(fits, 4, wanted));
}

struct Pass {
    const KernelTable & kernels;
    const FfnLayout & layout;
    sp_act act;
    const ActivationView & x;
    const float * gate; /**< activated, by neuron; null: the gate's rows are read here */
    int ahead;

    float selectingDot(int neuron, const uint8_t * next) const {
        const float dot = kernels.rowDot[static_cast<int>(layout.selectingRow.format)](
            layout.selectingAt(neuron), layout.selectingRow, x, next);
        return layout.selectingBias.empty() ? dot : dot + layout.selectingBias[static_cast<size_t>(neuron)];
    }
    float upDot(int neuron, const uint8_t * next) const {
        const float dot =
            kernels.rowDot[static_cast<int>(layout.upRow.format)](layout.upAt(neuron), layout.upRow, x, next);
        return layout.upBias.empty() ? dot : dot + layout.upBias[static_cast<size_t>(neuron)];
    }
};

/** The products of the neurons of one scale group: h = act(gate) * up. */
void hiddenValues(const Pass & pass, const int32_t * ids, int count, const int32_t * reach, float * h) {
    const FfnLayout & layout = pass.layout;
    const auto next = [&](int i) { return i + pass.ahead < reach - ids ? ids[i + pass.ahead] : -1; };
    if (pass.gate) {
        for (int i = 0; i < count; ++i)
            h[i] = pass.gate[ids[i]];
    } else {
        for (int i = 0; i < count; ++i) {
            const int n = next(i);
            h[i] = pass.selectingDot(ids[i], n < 0 ? nullptr : layout.selectingAt(n));
        }
        pass.kernels.activate(pass.act, h, count);
    }
    if (!layout.gated)
        return;
    for (int i = 0; i < count; ++i) {
        const int n = next(i);
        h[i] *= pass.upDot(ids[i], n < 0 ? nullptr : layout.upAt(n));
    }
}

/** Chooses by score; leaves the lowest kept score of a KeepLargest in `boundary`. */
void selectByScore(const KernelTable & kernels, const Decision & decision, const float * gate, int f,
                   ThreadScratch & own, SelectionEnergy & energy, float & boundary) {
    own.ids.resize(static_cast<size_t>(f) + 16);
    float threshold = decision.from.threshold;
    const float * weights = decision.from.weights;
    size_t most = static_cast<size_t>(f);
    if (decision.kind == Decision::Kind::Largest) {
        weights = decision.largest.weights;
        most = static_cast<size_t>(std::clamp(decision.largest.count, 1, f));
        own.scores.resize(static_cast<size_t>(f));
        for (size_t j = 0; j < own.scores.size(); ++j) {
            const float score = std::fabs(gate[j]) * (weights ? weights[j] : 1.0f);
            own.scores[j] = std::isfinite(score) ? score : 0.0f;
        }
        threshold = kthLargest(own.scores.data(), f, static_cast<int>(most), own.candidates);
        boundary = threshold;
    }
    const int count = kernels.selectScores(gate, weights, f, threshold, 0, own.ids.data(), energy);
    own.ids.resize(static_cast<size_t>(count));
    if (own.ids.size() <= most)
        return;
    // Ties at the boundary: give up the last ones.
    size_t excess = own.ids.size() - most;
    const auto tied = [&](int32_t id) { return own.scores[static_cast<size_t>(id)] <= threshold; };
    for (size_t i = own.ids.size(); i-- > 0 && excess > 0;) {
        if (!tied(own.ids[i]))
            continue;
        own.ids.erase(own.ids.begin() + static_cast<std::ptrdiff_t>(i));
        --excess;
    }
}

} // namespace

void Session::forward(const sp_ffn_args & args) {
    const FfnLayout & layout = *engine_.layer(args.layer);
    const Decision decision = selector_ ? selector_->decide(args.layer) : Decision::all();
    const bool fixed = decision.kind == Decision::Kind::Fixed;
    const int f = layout.f;
    ThreadScratch & own = scratch(args.ith);
    const int32_t blockOf[2] = {traits(layout.selectingRow.format).block,
                                layout.gated ? traits(layout.upRow.format).block : 0};
    own.x.plain = args.x;
    if (blockOf[0] == 32 || blockOf[1] == 32)
        own.x.by32 = own.by32.set(kernels_, args.x, layout.d, 32);
    if (blockOf[0] == 16 || blockOf[1] == 16)
        own.x.by16 = own.by16.set(kernels_, args.x, layout.d, 16);

    Pass pass{kernels_, layout, args.act, own.x, nullptr, 0};
    SelectionEnergy energy;
    float boundary = 0;
    size_t gateBytes = 0;
    const std::vector<int32_t> * ids = decision.fixed.ids;
    if (!fixed) {
        float * gate = gate_.data();
        gateBytes = static_cast<size_t>(f) * layout.selectingRow.stride;
        const Cuts tiles{static_cast<size_t>(f) / 32, args.nth};
        eachPart(gatePieces_, tiles, args.ith, tiles.inPieces(gateBytes), [&](const Part & part) {
            const int begin = static_cast<int>(part.range.begin) * 32,
                      end = static_cast<int>(part.range.end) * 32,
                      reachable = static_cast<int>(part.reachable) * 32;
            if (args.gate_pre) {
                std::copy(args.gate_pre + begin, args.gate_pre + end, gate + begin);
            } else {
                for (int j = begin; j < end; ++j)
                    gate[j] = pass.selectingDot(
                        j, j + gateLookahead < reachable ? layout.selectingAt(j + gateLookahead) : nullptr);
            }
            kernels_.activate(args.act, gate + begin, end - begin);
        });
        barrier_.wait(args.nth);
        if (args.ith == 0)
            gatePieces_.reset(args.nth);
        selectByScore(kernels_, decision, gate, f, own, energy, boundary);
        ids = &own.ids;
        pass.gate = gate;
    }
    pass.ahead = lookahead(layout, ids->size(), fixed);

    const size_t padded = static_cast<size_t>(layout.down.padded);
    const size_t keptBytes = ids->size() * layout.keptBytes(fixed);
    const Cuts cuts{ids->size(), args.nth};
    const bool inPieces = cuts.inPieces(keptBytes);
    own.planeBytes = 0;
    eachPart(neuronPieces_, cuts, args.ith, inPieces, [&](const Part & part) {
        AlignedBuffer<float> & sums = part.piece.owner < 0 ? own.y : pieceSums(part.piece);
        float * y = sums.ensure(padded);
        std::fill_n(y, padded, 0.0f);
        own.planeBytes += addGroups(
            kernels_, layout.down, *ids, wholeGroups(*ids, layout.down.group, part.range), part.reachable,
            pass.ahead, y, [&](int neuron) { return layout.downAt(neuron); }, layout.planes.data(),
            [&](const int32_t * at, int count, const int32_t * reach, float * h) {
                hiddenValues(pass, at, count, reach, h);
            });
    });
    barrier_.wait(args.nth);

    const float * partial[Takings::mostThreads * (1 + Cuts::pieces)];
    int partials = 0;
    for (int t = 0; t < args.nth; ++t) {
        partial[partials++] = scratch_[static_cast<size_t>(t)]->y.data();
        for (int i = 0; inPieces && i < Cuts::pieces; ++i)
            partial[partials++] = pieceSums({t, i}).data();
    }
    const int blocks = layout.down.padded / 64;
    reduceOutputs(layout.down, partial, partials, blocks * args.ith / args.nth,
                  blocks * (args.ith + 1) / args.nth, args.y);
    if (args.ith != 0)
        return;

    neuronPieces_.reset(args.nth);
    LayerTotals & totals = totals_[static_cast<size_t>(args.layer)];
    ++totals.passes;
    totals.lastDensity = static_cast<double>(ids->size()) / f;
    totals.lastSkippedEnergy = energy.all > 0 ? std::max(0.0, 1 - energy.kept / energy.all) : 0;
    totals.density += totals.lastDensity;
    totals.skippedEnergy += totals.lastSkippedEnergy;
    size_t bytes = gateBytes + keptBytes;
    for (int t = 0; t < args.nth; ++t)
        bytes += scratch_[static_cast<size_t>(t)]->planeBytes;
    totals.bytes += static_cast<double>(bytes);
    totals.denseBytes += static_cast<double>(layout.sourceBytes);
    if (selector_)
        selector_->measured(args.layer, {totals.lastDensity, boundary});
}

} // namespace sparse_pilot
