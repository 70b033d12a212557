#include "controller.h"

#include <algorithm>

namespace sparse_pilot::loop {

Plan Controller::planNgram(const std::vector<Guess> & guesses) const {
    Plan best;
    double reach = 1.0;
    double expected = 1.0;
    const int count = std::min<int>(static_cast<int>(guesses.size()), longest);
    for (int k = 1; k <= count; k++) {
        reach *= ngram_[static_cast<std::size_t>(guesses[static_cast<std::size_t>(k - 1)].level)].value();
        expected += reach;
        const double speed = expected / costs_.verifyRatio(k + 1);
        if (speed > best.speed) {
            best = {k, speed};
        }
    }
    return best.speed < leastGain ? Plan{} : best;
}

Plan Controller::planSparse(int limit) const {
    const auto c = costs_.sparseRatio();
    if (!c) {
        return {};
    }
    const double acceptance = sparseAcceptance();
    Plan best;
    double reach = 1.0;
    double expected = 1.0;
    for (int k = 1; k <= std::min(limit, longest); k++) {
        reach *= acceptance;
        expected += reach;
        const double speed = expected / (k * *c + costs_.verifyRatio(k + 1));
        if (speed > best.speed) {
            best = {k, speed};
        }
    }
    return best.speed < leastGain ? Plan{} : best;
}

} // namespace sparse_pilot::loop
