#include "logits.h"

#include "logits/logits.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace sparse_pilot::loop {
namespace {

/** exp(x) for x <= 0 with a relative error below 2e-6, written so that the compiler vectorises the loops
 * around it. */
inline float expNegative(float x) {
    x = std::max(x, -87.0f);
    const int n = static_cast<int>(x * 1.44269504f - 0.5f);
    const float f = (x - static_cast<float>(n) * 0.693359375f) + static_cast<float>(n) * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * f + 1.3981999507e-3f;
    p = p * f + 8.3334519073e-3f;
    p = p * f + 4.1665795894e-2f;
    p = p * f + 1.6666665459e-1f;
    p = p * f + 5.0000001201e-1f;
    p = p * f * f + f + 1.0f;
    const std::int32_t bits = (n + 127) << 23;
    float scale;
    std::memcpy(&scale, &bits, sizeof(scale));
    return p * scale;
}

} // namespace

LogitStats measure(const float * logits, int count) {
    LogitStats stats;
    const TopLogits top = topLogits(logits, count);
    if (top.best < 0) {
        return stats;
    }
    stats.best = top.best;
    stats.bestLogit = top.first;
    stats.margin = top.first - top.second;
    const LogitMoments m = logitMoments(logits, count, top.first, 1.0f);
    stats.logSum = static_cast<double>(top.first) + std::log(m.sum);
    stats.entropy = std::max(0.0, std::log(m.sum) - m.weighted / m.sum);
    return stats;
}

double logProbability(const LogitStats & stats, const float * logits, Token token) {
    return static_cast<double>(logits[token]) - stats.logSum;
}

double likelihood(const float * logits, int count, Token token, double temperature) {
    const float max = topLogits(logits, count).first;
    const auto scale = static_cast<float>(1.0 / temperature);
    const LogitMoments m = logitMoments(logits, count, max, scale);
    return std::exp(static_cast<double>(logits[token] - max) / temperature) / m.sum;
}

double divergence(const float * p, const float * q, int count) {
    const LogitStats sp = measure(p, count);
    const LogitStats sq = measure(q, count);
    double sum = 0;
    double weighted = 0;
    constexpr int block = 4096;
    constexpr float negligible = -60.0f; // exp of it: such tokens add nothing, and may be -inf in both rows
    for (int start = 0; start < count; start += block) {
        const int end = std::min(count, start + block);
        float blockSum = 0;
        float blockWeighted = 0;
        for (int i = start; i < end; i++) {
            const float x = p[i] - sp.bestLogit;
            const float e = x > negligible ? expNegative(x) : 0.0f;
            blockSum += e;
            blockWeighted += x > negligible ? e * (p[i] - q[i]) : 0.0f;
        }
        sum += blockSum;
        weighted += blockWeighted;
    }
    // sum p (log p - log q) = mean of (p - q) - (log sum p - log sum q)
    return std::max(0.0, weighted / sum - (sp.logSum - sq.logSum));
}

} // namespace sparse_pilot::loop
