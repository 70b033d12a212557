#include "selectors/fixed-mask.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sparse_pilot {

namespace {

/** Fewer rows say less than each token says of itself. */
constexpr uint64_t fewestRows = 4;

} // namespace

std::vector<int32_t> mostImportant(const std::vector<float> & importance, float density) {
    const double wanted = std::round(static_cast<double>(density) * static_cast<double>(importance.size()));
    const size_t keep = std::clamp<size_t>(static_cast<size_t>(wanted), 1, importance.size());
    std::vector<int32_t> ids(importance.size());
    std::iota(ids.begin(), ids.end(), 0);
    const auto better = [&](int32_t a, int32_t b) {
        const float x = importance[static_cast<size_t>(a)], y = importance[static_cast<size_t>(b)];
        return x > y || (x == y && a < b);
    };
    std::nth_element(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(keep - 1), ids.end(), better);
    ids.resize(keep);
    std::sort(ids.begin(), ids.end());
    return ids;
}

void FixedMaskSelector::prepare(int layer, const LayerKnowledge & knowledge) {
    State & state = layers_[static_cast<size_t>(layer)];
    const bool fresh = state.density != knowledge.density || state.ids.empty();
    if (!fresh && !mayRefresh(state.used))
        return;
    const LayerStatistics & s = knowledge.statistics;
    state.density = knowledge.density;
    state.largest = 0;
    state.ids.clear();
    if (s.tokens >= fewestRows) {
        state.ids = mostImportant(s.importance, knowledge.density);
    } else if (knowledge.profile) {
        state.ids = mostImportant(knowledge.profile->importance, knowledge.density);
    } else if (s.tokens > 0) {
        state.largest =
            std::max(1, static_cast<int>(std::lround(knowledge.density * static_cast<float>(knowledge.f))));
    }
}

Decision FixedMaskSelector::decide(int layer) const {
    const State & state = layers_[static_cast<size_t>(layer)];
    if (!state.ids.empty())
        return Decision::only(state.ids);
    return state.largest > 0 ? Decision::top(state.largest, nullptr) : Decision::all();
}

} // namespace sparse_pilot
