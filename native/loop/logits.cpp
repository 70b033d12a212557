#include "logits.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace sparse_pilot::loop {
namespace {

constexpr int lanes = 16;

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

struct TopTwo {
    float first = -std::numeric_limits<float>::infinity();
    float second = -std::numeric_limits<float>::infinity();

    void add(float value) {
        second = std::max(second, std::min(first, value));
        first = std::max(first, value);
    }
};

TopTwo topTwo(const float * logits, int count) {
    float first[lanes];
    float second[lanes];
    std::fill_n(first, lanes, -std::numeric_limits<float>::infinity());
    std::fill_n(second, lanes, -std::numeric_limits<float>::infinity());
    int i = 0;
    for (; i + lanes <= count; i += lanes) {
        for (int lane = 0; lane < lanes; lane++) {
            const float value = logits[i + lane];
            const float loser = first[lane] < value ? first[lane] : value;
            second[lane] = second[lane] < loser ? loser : second[lane];
            first[lane] = first[lane] < value ? value : first[lane];
        }
    }
    TopTwo top;
    for (int lane = 0; lane < lanes; lane++) {
        top.add(first[lane]);
        top.add(second[lane]);
    }
    for (; i < count; i++) {
        top.add(logits[i]);
    }
    return top;
}

/** Sums of e = exp((l - max) * scale) and, for entropy, of e * (l - max) * scale. */
struct Moments {
    double sum = 0;
    double weighted = 0;
};

Moments moments(const float * logits, int count, float max, float scale) {
    Moments total;
    constexpr int block = 4096; // float lanes are folded into doubles before they lose digits
    for (int start = 0; start < count; start += block) {
        const int end = std::min(count, start + block);
        float sum[lanes] = {};
        float weighted[lanes] = {};
        int i = start;
        for (; i + lanes <= end; i += lanes) {
            for (int lane = 0; lane < lanes; lane++) {
                const float x = std::max((logits[i + lane] - max) * scale, -87.0f);
                const float e = expNegative(x);
                sum[lane] += e;
                weighted[lane] += e * x;
            }
        }
        for (int lane = 0; lane < lanes; lane++) {
            total.sum += sum[lane];
            total.weighted += weighted[lane];
        }
        for (; i < end; i++) {
            const float x = std::max((logits[i] - max) * scale, -87.0f);
            const float e = expNegative(x);
            total.sum += e;
            total.weighted += e * x;
        }
    }
    return total;
}

} // namespace

LogitStats measure(const float * logits, int count) {
    LogitStats stats;
    const TopTwo top = topTwo(logits, count);
    if (!std::isfinite(top.first)) {
        return stats;
    }
    stats.best = static_cast<Token>(std::find(logits, logits + count, top.first) - logits);
    stats.bestLogit = top.first;
    stats.margin = top.first - top.second;
    const Moments m = moments(logits, count, top.first, 1.0f);
    stats.logSum = static_cast<double>(top.first) + std::log(m.sum);
    stats.entropy = std::max(0.0, std::log(m.sum) - m.weighted / m.sum);
    return stats;
}

double logProbability(const LogitStats & stats, const float * logits, Token token) {
    return static_cast<double>(logits[token]) - stats.logSum;
}

double likelihood(const float * logits, int count, Token token, double temperature) {
    const float max = topTwo(logits, count).first;
    const auto scale = static_cast<float>(1.0 / temperature);
    const Moments m = moments(logits, count, max, scale);
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
