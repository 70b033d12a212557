#include "controller.h"

#include <algorithm>
#include <cmath>

namespace sparse_pilot::loop {
namespace {

constexpr int settled = 48;       ///< tries of a sparse draft token after which its acceptance is believed
constexpr int probe = 1;          ///< draft length while it is not
constexpr double hopeful = 0.995; ///< an acceptance above which no sparse draft comes

/** What the acceptance may be at best, two standard deviations above what was seen. */
double atBest(const Acceptance & acceptance) {
    const double mean = acceptance.value();
    const double variance = std::max(0.05, mean * (1 - mean)) / (acceptance.seen() + 4);
    return std::min(hopeful, mean + 2 * std::sqrt(variance));
}

} // namespace

Plan Controller::planNgram(const std::vector<Guess> & guesses) const {
    Plan best;
    double reach = 1.0;
    double expected = 1.0;
    const int count = std::min<int>(static_cast<int>(guesses.size()), longest);
    const double allowed = 1.0 + costs_.ngramAllowance().steps();
    for (int k = 1; k <= count && costs_.verifyRatio(k + 1) <= allowed; k++) {
        reach *= ngram_[static_cast<std::size_t>(guesses[static_cast<std::size_t>(k - 1)].level)].value();
        expected += reach;
        const double speed = expected / costs_.verifyRatio(k + 1);
        if (speed > best.speed) {
            best = {k, speed};
        }
    }
    return best.speed < leastGain ? Plan{} : best;
}

Plan Controller::sparseLength(double acceptance, double stepRatio, int limit, int width) const {
    Plan best;
    double reach = 1.0;
    double expected = 1.0;
    for (int k = 1; k <= std::min(limit, longest); k++) {
        reach *= acceptance;
        expected += reach;
        const double speed = expected / (k * width * stepRatio + costs_.verifyRatio(k * width + 1));
        if (speed > best.speed) {
            best = {k, speed};
        }
    }
    return best.speed < leastGain ? Plan{} : best;
}

bool Controller::sparseIsKnown() const { return costs_.sparseDrafting().acceptance.seen() >= settled; }

Plan Controller::planSparse(int limit, int width) const {
    const auto c = costs_.sparseRatio();
    const CostModel::Drafting & drafting = costs_.sparseDrafting();
    if (!c || drafting.allowance.steps() <= 0) {
        return {};
    }
    const int seen = drafting.acceptance.seen();
    const Plan plan = sparseLength(drafting.acceptance.value(), *c, limit, width);
    if (plan.length > 0) {
        return sparseIsKnown() ? plan : Plan{std::min(plan.length, std::max(probe, seen / 2)), plan.speed};
    }
    const bool promising = sparseLength(atBest(drafting.acceptance), *c, limit, width).length > 0;
    const double risk = probe * width * *c + costs_.verifyRatio(probe * width + 1) - 1;
    const bool tryOn = !sparseIsKnown() && promising && limit >= probe;
    return tryOn && drafting.allowance.steps() >= risk ? Plan{probe, leastGain} : Plan{};
}

} // namespace sparse_pilot::loop
