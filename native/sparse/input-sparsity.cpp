#include "input-sparsity.h"

#include "engine.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace sparse_pilot {

namespace {

/** TEAL's threshold is the geometric mean of what the first passes' exact top-K left out; one alone would
 * follow the first token, whose activations are far larger than those of others. */
constexpr int learningPasses = 8;
/** d(density) / d(ln threshold) is about -0.4 for Gaussian inputs: a tenth of the error a token. */
constexpr double gain = 0.25;

} // namespace

bool InputSparsity::takes(sp_selector selector) {
    return selector == SP_TEAL || selector == SP_QSPARSE || selector == SP_BLOCK_QSPARSE;
}

void InputSparsity::configure(const sp_settings & settings, const std::vector<float> & densities) {
    const ModelColumns * columns = engine_.columns();
    if (settings.selector == SP_EXACT_ZERO) {
        configureExact(densities);
        return;
    }
    if (!takes(settings.selector) || columns == nullptr) {
        layers_.clear();
        return;
    }
    hold_ = settings.hold;
    layers_.resize(densities.size());
    for (size_t l = 0; l < layers_.size(); ++l) {
        uint64_t all = 0;
        for (const ColumnsOfLinear & linear : columns->layer(static_cast<int>(l)))
            all += linear.weights;
        for (size_t role = 0; role < SP_LINEARS; ++role) {
            const ColumnsOfLinear & linear = columns->layer(static_cast<int>(l))[role];
            State & state = layers_[l][role];
            const sp_linear_rule rule = {settings.selector, densities[l], state.rule.threshold,
                                         settings.weight_norm};
            const bool same = rule.selector == state.rule.selector && rule.density == state.rule.density &&
                              rule.wina == state.rule.wina;
            state.layout = densities[l] < denseFrom ? linear.layout.get() : nullptr;
            state.share = all ? static_cast<double>(linear.weights) / static_cast<double>(all) : 0;
            if (same)
                continue;
            state.rule = rule;
            state.rule.threshold = -1;
            state.learnt = 0;
            state.logBoundary = 0;
        }
    }
}

void InputSparsity::configureExact(const std::vector<float> & densities) {
    const size_t count = std::min(densities.size(), static_cast<size_t>(std::max(exactDowns_, 0)));
    downs_.resize(count);
    layers_.assign(count > 0 ? densities.size() : 0, LayerStates{});
    for (size_t l = 0; l < count; ++l) {
        const FfnLayout * ffn = engine_.layer(static_cast<int>(l));
        if (ffn == nullptr || densities[l] >= 1)
            continue;
        if (!downs_[l])
            downs_[l] = std::make_unique<ColumnLayout>(columnsOfDown(*ffn));
        State & state = layers_[l][SP_FFN_DOWN];
        state.layout = downs_[l].get();
        state.share = ffn->gated ? 1.0 / 3 : 1.0 / 2;
        state.rule = {SP_EXACT_ZERO, 1.0f, FLT_MIN, false};
    }
}

void InputSparsity::reset() { layers_.clear(); }

bool InputSparsity::active(int layer, sp_linear_role role) const {
    return layer >= 0 && static_cast<size_t>(layer) < layers_.size() && at(layer, role).layout != nullptr;
}

bool InputSparsity::active(int layer) const {
    for (int role = 0; role < SP_LINEARS; ++role)
        if (active(layer, static_cast<sp_linear_role>(role)))
            return true;
    return false;
}

void InputSparsity::forward(const sp_linear_pass & pass) {
    State & state = layers_[static_cast<size_t>(pass.layer)][static_cast<size_t>(pass.role)];
    const LinearOutcome outcome =
        multiplySelected(kernels_, *state.layout, state.rule, {pass.x, pass.y, pass.ith, pass.nth}, scratch_);
    if (pass.ith != 0)
        return;
    count(state, outcome.density, outcome.skippedEnergy);
    state.totals.bytes += outcome.bytes;
    state.totals.denseBytes += static_cast<double>(state.layout->sourceBytes);
    state.kept.assign(outcome.selection->ids.begin(), outcome.selection->ids.end());
    follow(state, outcome.density, outcome.selection->boundary);
}

sp_decision InputSparsity::decision(int layer, sp_linear_role role) const {
    const State & state = at(layer, role);
    const sp_linear_rule & rule = state.rule;
    sp_decision out = {};
    out.kind = rule.selector;
    out.density = rule.density;
    out.weights = rule.wina ? state.layout->norms.data() : nullptr;
    switch (rule.selector) {
    case SP_EXACT_ZERO:
        out.kind = SP_TEAL;
        out.threshold = rule.threshold;
        out.density = static_cast<float>(state.totals.passes == 0 ? 0.0 : state.totals.lastDensity);
        break;
    case SP_TEAL:
        if (rule.threshold >= 0) {
            out.threshold = rule.threshold;
            break;
        }
        out.kind = SP_TOPK; // a pass that the threshold is learnt from
        out.count = inputsKept(rule.density, state.layout->inputs);
        break;
    case SP_BLOCK_QSPARSE:
        out.count = inputsKept(rule.density, inputBlock);
        break;
    default:
        out.count = inputsKept(rule.density, state.layout->inputs);
    }
    return out;
}

void InputSparsity::report(int layer, sp_linear_role role, double density, double skippedEnergy,
                           float boundary) {
    State & state = layers_[static_cast<size_t>(layer)][static_cast<size_t>(role)];
    count(state, density, skippedEnergy);
    follow(state, density, boundary);
}

void InputSparsity::count(State & state, double density, double skippedEnergy) {
    LayerTotals & totals = state.totals;
    ++totals.passes;
    totals.density += density;
    totals.skippedEnergy += skippedEnergy;
    totals.lastDensity = density;
    totals.lastSkippedEnergy = skippedEnergy;
}

/** Every thread has selected when this runs: the product's barrier lies behind it. */
void InputSparsity::follow(State & state, double density, float boundary) const {
    constexpr float smallest = 1e-20f;
    if (state.rule.selector != SP_TEAL)
        return;
    if (state.rule.threshold < 0) {
        state.logBoundary += std::log(static_cast<double>(std::max(boundary, smallest)));
        if (++state.learnt == learningPasses)
            state.rule.threshold = static_cast<float>(std::exp(state.logBoundary / learningPasses));
    } else if (hold_) {
        const double error = density - static_cast<double>(state.rule.density);
        state.rule.threshold =
            std::max(state.rule.threshold * static_cast<float>(std::exp(gain * error)), smallest);
    }
}

LayerTotals InputSparsity::totals(int layer) const {
    LayerTotals sum;
    double sparseShare = 0;
    sum.density = sum.lastDensity = 1;
    for (const State & state : layers_[static_cast<size_t>(layer)]) {
        const double passes = static_cast<double>(state.totals.passes);
        if (state.totals.passes == 0)
            continue;
        sum.passes = std::max(sum.passes, state.totals.passes);
        sum.density -= state.share * (1 - state.totals.density / passes);
        sum.lastDensity -= state.share * (1 - state.totals.lastDensity);
        sum.bytes += state.totals.bytes / passes;
        sum.denseBytes += state.totals.denseBytes / passes;
        sum.skippedEnergy += state.share * state.totals.skippedEnergy / passes;
        sum.lastSkippedEnergy += state.share * state.totals.lastSkippedEnergy;
        sparseShare += state.share;
    }
    // totals are sums over passes
    const double passes = static_cast<double>(sum.passes);
    sum.density *= passes;
    sum.bytes *= passes;
    sum.denseBytes *= passes;
    sum.skippedEnergy *= sparseShare > 0 ? passes / sparseShare : 0;
    sum.lastSkippedEnergy /= sparseShare > 0 ? sparseShare : 1;
    return sum;
}

void InputSparsity::clearTotals() {
    for (LayerStates & layer : layers_)
        for (State & state : layer)
            state.totals = {};
}

} // namespace sparse_pilot
