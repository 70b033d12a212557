/** Rows of logits: the largest two, and the sums that a softmax and its entropy are made of. Part of body.h.
 */
#pragma once

#include "kernels/body-select.h"

namespace {

constexpr float nothing = -__builtin_inff();

/** The two largest of each lane. */
struct TopLanes {
    F first = Simd::setF(nothing);
    F second = Simd::setF(nothing);

    void add(F any) {
        const F value = Simd::max(any, Simd::setF(nothing)); // what is not a number is nothing
        second = Simd::max(Simd::min(first, value), second);
        first = Simd::max(value, first);
    }
};

inline void addTop(TopLogits & top, float value) {
    if (value > top.first) {
        top.second = top.first;
        top.first = value;
    } else if (value > top.second) {
        top.second = value;
    }
}

inline void addLanes(TopLogits & top, const TopLanes & of) {
    float first[lanes], second[lanes];
    Simd::storeF(first, of.first);
    Simd::storeF(second, of.second);
    for (int lane = 0; lane < lanes; ++lane) {
        addTop(top, first[lane]);
        addTop(top, second[lane]);
    }
}

/** After so many the lanes are folded: the place of the largest is looked for in one block, and sums of
 * floats go into doubles before they lose digits. */
constexpr int logitBlock = 4096;

inline int blockEnd(int start, int count) { return count - start < logitBlock ? count : start + logitBlock; }

inline TopLogits topOfBlock(const float * logits, int count) {
    constexpr int chains = 4; // a value waits for the one before it in its chain
    TopLanes of[chains];
    int i = 0;
    for (; i + chains * lanes <= count; i += chains * lanes)
        for (int chain = 0; chain < chains; ++chain)
            of[chain].add(Simd::loadF(logits + i + chain * lanes));
    TopLogits top = {nothing, nothing, -1};
    for (const TopLanes & chain : of)
        addLanes(top, chain);
    for (; i < count; ++i)
        addTop(top, logits[i]);
    return top;
}

TopLogits topLogits(const float * logits, int count) {
    TopLogits top = {nothing, nothing, -1};
    int place = 0;
    for (int start = 0; start < count; start += logitBlock) {
        const TopLogits own = topOfBlock(logits + start, blockEnd(start, count) - start);
        if (own.first > top.first)
            place = start;
        addTop(top, own.first);
        addTop(top, own.second);
    }
    if (!__builtin_isfinite(top.first))
        return top;
    while (logits[place] != top.first)
        ++place;
    top.best = place;
    return top;
}

LogitMoments logitMoments(const float * logits, int count, float max, float scale) {
    LogitMoments total = {};
    const F most = Simd::setF(max), factor = Simd::setF(scale), least = Simd::setF(-87.0f);
    for (int start = 0; start < count; start += logitBlock) {
        const int end = blockEnd(start, count);
        F sum = Simd::setF(0), weighted = Simd::setF(0);
        for (int i = start; i < end; i += lanes) {
            float part[lanes];
            const float * from = logits + i;
            if (end - i < lanes) {
                for (int lane = 0; lane < lanes; ++lane)
                    part[lane] = i + lane < end ? logits[i + lane] : nothing;
                from = part;
            }
            const F x = Simd::max(Simd::mul(Simd::sub(Simd::loadF(from), most), factor), least);
            const F e = exponential(x);
            sum = Simd::add(sum, e);
            weighted = Simd::fma(e, x, weighted);
        }
        total.sum += static_cast<double>(Simd::sum(sum));
        total.weighted += static_cast<double>(Simd::sum(weighted));
    }
    return total;
}

} // namespace
