#include "selectors/threshold.h"

#include <algorithm>
#include <cmath>

namespace sparse_pilot {

void ThresholdSelector::prepare(int layer, const LayerKnowledge & knowledge) {
    State & state = layers_[static_cast<size_t>(layer)];
    const bool sameTarget = state.density == knowledge.density;
    const RowSample & gates = knowledge.statistics.gates;
    const bool fromProfile = knowledge.profile && table(*knowledge.profile);
    if (sameTarget && state.threshold >= 0 && (fromProfile || gates.seen() == state.sampledRows))
        return;
    state.density = knowledge.density;
    state.keep =
        std::max(1, static_cast<int>(std::lround(knowledge.density * static_cast<float>(knowledge.f))));
    if (!weigh(knowledge, state.weights))
        state.weights.clear();
    const float * weights = state.weights.empty() ? nullptr : state.weights.data();
    if (fromProfile) {
        state.threshold = table(*knowledge.profile)->at(knowledge.density);
    } else if (gates.rows() > 0) {
        state.threshold = scoreQuantile(gates, weights, knowledge.density);
        state.sampledRows = gates.seen();
    } else {
        state.threshold = -1;
    }
}

Decision ThresholdSelector::decide(int layer) const {
    const State & state = layers_[static_cast<size_t>(layer)];
    if (state.keep == 0)
        return Decision::all();
    const float * weights = state.weights.empty() ? nullptr : state.weights.data();
    if (state.threshold < 0)
        return Decision::top(state.keep, weights);
    return Decision::atLeast(state.threshold, weights);
}

void ThresholdSelector::measured(int layer, const Outcome & outcome) {
    State & state = layers_[static_cast<size_t>(layer)];
    if (state.threshold < 0) {
        state.threshold = outcome.boundary;
    } else if (hold_) {
        constexpr double gain =
            0.3; // d(density)/d(ln threshold) is about -0.3 for SiLU gates: a tenth of the error a token
        const double factor = std::exp(gain * (outcome.density - static_cast<double>(state.density)));
        state.threshold = std::max(state.threshold * static_cast<float>(factor), 1e-20f);
    }
}

} // namespace sparse_pilot
