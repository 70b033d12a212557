/** Include an instruction set's simd header first. */
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace sparse_pilot {
namespace {

using F = Simd::F;

constexpr int lanes = Simd::lanes;

/** Whether exp of registers is the C library's expf, which upstream calls. */
bool expIsTheLibrarys() {
    static const bool alike = [] {
        alignas(64) float x[lanes];
        alignas(64) float e[lanes];
        for (int i = 0; i < 4096; i += lanes) {
            for (int lane = 0; lane < lanes; lane++) {
                const auto n = static_cast<float>(i + lane);
                x[lane] = -n * n * 6.3e-6f; // to -106, most of them near 0
            }
            Simd::store(e, Simd::exp(Simd::load(x)));
            for (int lane = 0; lane < lanes; lane++) {
                if (e[lane] != std::exp(x[lane])) {
                    return false;
                }
            }
        }
        return true;
    }();
    return alike;
}

F expOf(F x) {
    if (expIsTheLibrarys()) {
        return Simd::exp(x);
    }
    alignas(64) float values[lanes];
    Simd::store(values, x);
    for (float & value : values) {
        value = std::exp(value);
    }
    return Simd::load(values);
}

/** One row's way over the cells: softmax as it goes (Milakov and Gimelshein 2018, as upstream does it). */
struct Row {
    float most = -std::numeric_limits<float>::infinity();
    float total = 0;
    uint32_t seen = 0;    // cells of the block that it attends to
    uint32_t greater = 0; // those of them before which its sums are to be scaled down
    alignas(64) float weight[lanes];
    alignas(64) float scaling[lanes];

    /** Weights of a block whose scores are these; false: they are still to be added to `total`. */
    bool weigh(F scores) {
        const F past = Simd::sub(scores, Simd::set(most));
        if ((Simd::greater(scores, Simd::set(most)) & seen) != 0) {
            weighAnew(scores);
            return true;
        }
        greater = 0;
        Simd::store(weight, Simd::keep(expOf(past), seen));
        return false;
    }

  private:
    /** Some are greater than all before them: each weighs what it does beside the greatest up to itself. */
    void weighAnew(F scores) {
        alignas(64) float score[lanes];
        alignas(64) float before[lanes];
        alignas(64) float after[lanes];
        Simd::store(score, scores);
        greater = 0;
        for (int c = 0; c < lanes; c++) {
            before[c] = most;
            if ((seen >> c & 1) != 0 && score[c] > most) {
                most = score[c];
                greater |= 1u << c;
            }
            after[c] = most;
        }
        Simd::store(weight, Simd::keep(expOf(Simd::sub(scores, Simd::load(after))), seen));
        Simd::store(scaling, expOf(Simd::sub(Simd::load(before), Simd::load(after))));
        for (int c = 0; c < lanes; c++) {
            total = (greater >> c & 1) != 0 ? std::fma(total, scaling[c], 1.0f) : total + weight[c];
        }
    }
};

/** Adds the weights of each row to its total one after another, of `side` rows side by side and then of
 * fewer: an addition waits for the one before it. */
template <int side> void addWeights(Row * const * rows, int count) {
    int first = 0;
    for (; first + side <= count; first += side) {
        float total[side];
        for (int r = 0; r < side; r++) {
            total[r] = rows[first + r]->total;
        }
        for (int c = 0; c < lanes; c++) {
            for (int r = 0; r < side; r++) {
                total[r] += rows[first + r]->weight[c];
            }
        }
        for (int r = 0; r < side; r++) {
            rows[first + r]->total = total[r];
        }
    }
    if constexpr (side > 1) {
        addWeights<side / 2>(rows + first, count - first);
    }
}

} // namespace
} // namespace sparse_pilot
