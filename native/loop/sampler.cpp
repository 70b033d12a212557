#include "sampler.h"

#include <algorithm>
#include <unordered_map>

namespace sparse_pilot::loop {

double probabilityOf(const Distribution & distribution, Token token) {
    const auto found = std::find_if(distribution.begin(), distribution.end(),
                                    [token](const Candidate & c) { return c.token == token; });
    return found == distribution.end() ? 0.0 : found->probability;
}

Distribution GreedySampler::distribution(const float * logits, int count) {
    const LogitStats stats = measure(logits, count);
    return stats.best < 0 ? Distribution{} : Distribution{{stats.best, 1.0}};
}

Token draw(const Distribution & distribution, double u) {
    double cumulative = 0;
    for (const Candidate & c : distribution) {
        cumulative += c.probability;
        if (u < cumulative) {
            return c.token;
        }
    }
    return distribution.empty() ? -1 : distribution.back().token;
}

Distribution residual(const Distribution & p, const Distribution & q) {
    std::unordered_map<Token, double> proposed;
    for (const Candidate & c : q) {
        proposed[c.token] += c.probability;
    }
    Distribution rest;
    double sum = 0;
    for (const Candidate & c : p) {
        const auto found = proposed.find(c.token);
        const double left = c.probability - (found == proposed.end() ? 0.0 : found->second);
        if (left > 0) {
            rest.push_back({c.token, left});
            sum += left;
        }
    }
    if (sum <= 0) {
        return p; // p == q up to rounding: nothing is left over, and a rejection has probability 0
    }
    for (Candidate & c : rest) {
        c.probability /= sum;
    }
    return rest;
}

} // namespace sparse_pilot::loop
