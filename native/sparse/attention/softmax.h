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

    /** Weights of a block whose scores are these. */
    void weigh(F scores) {
        const F past = Simd::sub(scores, Simd::set(most));
        if ((Simd::greater(scores, Simd::set(most)) & seen) == 0) {
            greater = 0;
            Simd::store(weight, Simd::keep(expOf(past), seen));
            for (const float w : weight) {
                total += w;
            }
            return;
        }
        weighOneByOne(scores);
    }

  private:
    void weighOneByOne(F scores) {
        alignas(64) float score[lanes];
        Simd::store(score, scores);
        greater = 0;
        for (int c = 0; c < lanes; c++) {
            weight[c] = 0;
            if ((seen >> c & 1) == 0) {
                continue;
            }
            if (score[c] > most) {
                scaling[c] = std::exp(most - score[c]);
                most = score[c];
                greater |= 1u << c;
                weight[c] = 1;
                total = std::fma(total, scaling[c], 1.0f);
            } else {
                weight[c] = std::exp(score[c] - most);
                total += weight[c];
            }
        }
    }
};

} // namespace
} // namespace sparse_pilot
