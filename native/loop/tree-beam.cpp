#include "tree-beam.h"

#include "logits.h"

#include <algorithm>
#include <cmath>

namespace sparse_pilot::loop {
namespace {

/** The tokens with the `most` highest logits, the highest first. */
Tokens highest(const float * logits, int count, int most) {
    Tokens best;
    for (Token token = 0; token < count; token++) {
        const bool full = static_cast<int>(best.size()) == most;
        if (!std::isfinite(logits[token]) || (full && logits[token] <= logits[best.back()])) {
            continue;
        }
        if (full) {
            best.pop_back();
        }
        const auto place = std::upper_bound(best.begin(), best.end(), token,
                                            [logits](Token a, Token b) { return logits[a] > logits[b]; });
        best.insert(place, token);
    }
    return best;
}

} // namespace

void TreeBeam::offer(std::size_t leaf, const float * logits, int count) {
    const Tokens best = highest(logits, count, width_);
    const double most = best.empty() ? 0 : likelihood(logits, count, best.front(), scoringTemperature);
    for (const Token token : best) {
        const double p = most * std::exp((logits[token] - logits[best.front()]) / scoringTemperature);
        if (p <= 0) {
            break;
        }
        candidates_.push_back({leaf, token, leaves_[leaf].logLikelihood + std::log(p)});
        if (p > certain) {
            break;
        }
    }
}

bool TreeBeam::select(std::vector<Fork> & forks) {
    forks.clear();
    if (candidates_.empty()) {
        return false;
    }
    constexpr Token none = -1;
    for (std::size_t i = 0; i < leaves_.size(); i++) {
        if (leaves_[i].ended) {
            candidates_.push_back({i, none, leaves_[i].logLikelihood});
        }
    }
    std::stable_sort(candidates_.begin(), candidates_.end(), [](const Candidate & a, const Candidate & b) {
        return a.logLikelihood > b.logLikelihood;
    });
    candidates_.resize(std::min(candidates_.size(), static_cast<std::size_t>(width_)));

    std::vector<bool> taken(static_cast<std::size_t>(width_), false);
    for (const Candidate & candidate : candidates_) {
        taken[static_cast<std::size_t>(leaves_[candidate.leaf].branch)] = true;
    }
    std::vector<bool> continued(leaves_.size(), false);
    std::vector<Leaf> next;
    for (const Candidate & candidate : candidates_) {
        Leaf leaf = leaves_[candidate.leaf];
        leaf.logLikelihood = candidate.logLikelihood;
        if (candidate.token != none) {
            leaf.tokens.push_back(candidate.token);
        }
        if (continued[candidate.leaf]) {
            const auto free = std::find(taken.begin(), taken.end(), false);
            forks.push_back({leaf.branch, static_cast<int>(free - taken.begin())});
            leaf.branch = forks.back().to;
            *free = true;
        }
        continued[candidate.leaf] = true;
        next.push_back(std::move(leaf));
    }
    leaves_ = std::move(next);
    candidates_.clear();
    return true;
}

bool TreeBeam::done() const {
    return std::all_of(leaves_.begin(), leaves_.end(), [](const Leaf & leaf) { return leaf.ended; });
}

DraftTree TreeBeam::tree(Token root) const {
    std::vector<Tokens> paths;
    for (const Leaf & leaf : leaves_) {
        paths.push_back(leaf.tokens);
    }
    return {root, paths};
}

} // namespace sparse_pilot::loop
