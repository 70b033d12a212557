/** What a row of logits says, by the kernels of this machine. */
#pragma once

#include <cstdint>

namespace sparse_pilot {

/** The two largest of a row; what is not a number is passed over. */
struct TopLogits {
    float first;  ///< -inf where there is none
    float second; ///< the same
    int32_t best; ///< the first place of `first`; -1 when it is not finite
};

/** Sums over a row of e = exp((l - max) * scale) and of e * (l - max) * scale. */
struct LogitMoments {
    double sum;
    double weighted;
};

TopLogits topLogits(const float * logits, int count);

/** @param max at least every logit of the row */
LogitMoments logitMoments(const float * logits, int count, float max, float scale);

} // namespace sparse_pilot
