/** Activation functions and selection by score. Part of body.h. */
#pragma once

#include "kernels/body-common.h"

namespace {

/** e^x to about 1e-7 relative, saturating beyond +-87. */
inline F exponential(F x) {
    x = Simd::max(Simd::min(x, Simd::setF(87.0f)), Simd::setF(-87.0f));
    const I n = Simd::round(Simd::mul(x, Simd::setF(1.44269504f)));
    const F r = Simd::fnma(Simd::toF(n), Simd::setF(-2.12194440e-4f),
                           Simd::fnma(Simd::toF(n), Simd::setF(0.693359375f), x));
    F p = Simd::setF(1.0f / 5040);
    p = Simd::fma(p, r, Simd::setF(1.0f / 720));
    p = Simd::fma(p, r, Simd::setF(1.0f / 120));
    p = Simd::fma(p, r, Simd::setF(1.0f / 24));
    p = Simd::fma(p, r, Simd::setF(1.0f / 6));
    p = Simd::fma(p, r, Simd::setF(0.5f));
    p = Simd::fma(p, r, Simd::setF(1.0f));
    p = Simd::fma(p, r, Simd::setF(1.0f));
    return Simd::mul(p, Simd::powerOfTwo(n));
}

inline F sigmoid(F x) {
    return Simd::div(Simd::setF(1), Simd::add(Simd::setF(1), exponential(Simd::sub(Simd::setF(0), x))));
}

inline F activated(sp_act act, F x) {
    const F zero = Simd::setF(0);
    switch (act) {
    case SP_ACT_RELU:
        return Simd::max(x, zero);
    case SP_ACT_RELU_SQR: {
        const F r = Simd::max(x, zero);
        return Simd::mul(r, r);
    }
    case SP_ACT_GELU: { // 0.5 x (1 + tanh(u)) = x * sigmoid(2u)
        const F u = Simd::mul(Simd::mul(Simd::setF(2 * 0.79788456080286535588f), x),
                              Simd::fma(Simd::mul(Simd::setF(0.044715f), x), x, Simd::setF(1)));
        return Simd::mul(x, sigmoid(u));
    }
    case SP_ACT_SILU:
        break;
    }
    return Simd::mul(x, sigmoid(x));
}

void activate(sp_act act, float * values, int n) {
    int i = 0;
    for (; i + lanes <= n; i += lanes)
        Simd::storeF(values + i, activated(act, Simd::loadF(values + i)));
    if (i < n) {
        float part[lanes];
        Simd::storeF(part, activated(act, Simd::loadFPart(values + i, n - i)));
        for (int k = i; k < n; ++k)
            values[k] = part[k - i];
    }
}

int selectScores(const float * a, const float * w, int n, float threshold, int base, int32_t * ids,
                 SelectionEnergy & energy) {
    const F limit = Simd::setF(threshold);
    F all = Simd::setF(0), kept = Simd::setF(0);
    int count = 0, i = 0;
    for (; i + lanes <= n; i += lanes) {
        F score = Simd::abs(Simd::loadF(a + i));
        if (w)
            score = Simd::mul(score, Simd::loadF(w + i));
        const F keep = Simd::keepFrom(score, limit);
        all = Simd::fma(score, score, all);
        kept = Simd::fma(keep, keep, kept);
        count += Simd::appendFrom(score, limit, base + i, ids + count);
    }
    energy.all += static_cast<double>(Simd::sum(all));
    energy.kept += static_cast<double>(Simd::sum(kept));
    for (; i < n; ++i) {
        const float magnitude = a[i] < 0 ? -a[i] : a[i];
        const float score = w ? magnitude * w[i] : magnitude;
        energy.all += static_cast<double>(score) * static_cast<double>(score);
        if (!(score >= threshold))
            continue;
        energy.kept += static_cast<double>(score) * static_cast<double>(score);
        ids[count++] = base + i;
    }
    return count;
}

} // namespace
