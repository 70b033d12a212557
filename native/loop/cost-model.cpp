#include "cost-model.h"

#include <algorithm>

namespace sparse_pilot::loop {

/** A pass that took far longer than usual says more about the machine's other work than about the pass. */
void CostModel::Average::add(double sample) {
    constexpr double weight = 0.1;
    constexpr double outlier = 1.5;
    if (passes > 0) {
        sample = std::min(sample, outlier * ms);
    }
    passes++;
    ms += std::max(weight, 1.0 / passes) * (sample - ms);
}

int CostModel::index(int tokens) { return std::clamp(tokens, 1, maxBatch); }

void CostModel::recordDense(int tokens, double ms) {
    if (tokens >= 1 && tokens <= maxBatch) {
        average_[index(tokens)].add(ms);
    }
}

void CostModel::recordSparse(double ms) { sparse_[configuration_].cost.add(ms); }

std::optional<double> CostModel::denseMs(int tokens) const {
    const int n = index(tokens);
    if (!measured(1)) {
        return std::nullopt;
    }
    if (measured(n)) {
        return average_[n].ms;
    }
    int below = n - 1;
    while (!measured(below)) {
        below--;
    }
    int above = n + 1;
    while (above <= maxBatch && !measured(above)) {
        above++;
    }
    if (above <= maxBatch) {
        const double share = static_cast<double>(n - below) / (above - below);
        return average_[below].ms + share * (average_[above].ms - average_[below].ms);
    }
    const double slope = below > 1 ? std::max(0.0, (average_[below].ms - average_[1].ms) / (below - 1))
                                   : priorSlope * average_[1].ms;
    return average_[below].ms + slope * (n - below);
}

double CostModel::verifyRatio(int tokens) const {
    const auto ms = denseMs(tokens);
    return ms ? *ms / average_[1].ms : 1.0 + priorSlope * (index(tokens) - 1);
}

std::optional<double> CostModel::sparseRatio() const {
    const auto sparse = sparse_.find(configuration_);
    if (sparse == sparse_.end() || sparse->second.cost.passes == 0 || !measured(1)) {
        return std::nullopt;
    }
    return sparse->second.cost.ms / average_[1].ms;
}

} // namespace sparse_pilot::loop
