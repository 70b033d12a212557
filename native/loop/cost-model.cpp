#include "cost-model.h"

#include <algorithm>
#include <utility>

namespace sparse_pilot::loop {
namespace {

constexpr double priorSlope = 0.25; ///< marginal cost of one more token of a check, in dense steps
constexpr double priorPasses = 4;   ///< what the prior, or the common line, is worth

} // namespace

void CostModel::LowQuantile::add(double sample) {
    // steps down are as likely as 1 in 8 samples: the 12% quantile, with fast steps while little is known
    const double step = std::max(0.04, 0.5 / (passes + 1));
    if (passes == 0) {
        ms = sample;
    } else if (sample < ms) {
        ms += std::min(1.0, 7 * step) * (sample - ms);
    } else {
        ms += step * (std::min(sample, 1.5 * ms) - ms);
    }
    passes++;
}

int CostModel::index(int tokens) { return std::clamp(tokens, 1, maxBatch); }

void CostModel::recordDense(int tokens, double ms) {
    if (tokens >= 1 && tokens <= maxBatch) {
        quantile_[index(tokens)].add(ms);
    }
}

void CostModel::followStep(double ms, double weight) {
    const double usual = measured(1) ? std::min(ms, 2 * quantile_[1].ms) : ms;
    recentStepMs_ += (recentStepMs_ > 0 ? weight : 1.0) * (usual - recentStepMs_);
}

void CostModel::recordSparse(double ms) {
    Sparse & sparse = sparse_[configuration_];
    if (std::exchange(sparse.begun, true)) {
        sparse.cost.add(ms);
    }
}

std::optional<double> CostModel::denseMs(int tokens) const {
    return measured(tokens) ? std::optional(quantile_[index(tokens)].ms) : std::nullopt;
}

/** g: mean marginal cost over the sizes seen, each weighted by its passes and its length. */
double CostModel::slope() const {
    double cost = priorSlope * priorPasses;
    double weight = priorPasses;
    for (int n = 2; n <= maxBatch; n++) {
        const LowQuantile & seen = quantile_[n];
        if (seen.passes > 0) {
            const double marginal = std::clamp((seen.ms / quantile_[1].ms - 1.0) / (n - 1), 0.0, 1.0);
            const double trust = std::min(seen.passes, 32);
            cost += trust * marginal;
            weight += trust;
        }
    }
    return cost / weight;
}

double CostModel::verifyRatio(int tokens) const {
    const int n = index(tokens);
    if (n == 1) {
        return 1.0;
    }
    if (!measured(1)) {
        return 1.0 + priorSlope * (n - 1);
    }
    const double line = 1.0 + slope() * (n - 1);
    const LowQuantile & seen = quantile_[n];
    if (seen.passes == 0) {
        return line;
    }
    // n tokens at once never cost more than n steps
    const double own = std::clamp(seen.ms / quantile_[1].ms, 1.0, static_cast<double>(n));
    const double trust = seen.passes / (seen.passes + priorPasses);
    return trust * own + (1 - trust) * line;
}

std::optional<double> CostModel::sparseRatio() const {
    const auto sparse = sparse_.find(configuration_);
    if (sparse == sparse_.end() || sparse->second.cost.passes == 0 || !measured(1)) {
        return std::nullopt;
    }
    return sparse->second.cost.ms / quantile_[1].ms;
}

} // namespace sparse_pilot::loop
