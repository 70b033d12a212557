/** Selectors of a linear's input channels. Each leaves the kept channels, ascending, in `ids`. */
#pragma once

#include "sparse-pilot.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace sparse_pilot {

struct InputSelection {
    std::vector<int32_t> ids;
    std::vector<float> scores; /**< |x_i|, or WINA's |x_i| * ||W[:,i]|| */
    float boundary = 0;        /**< TEAL without a threshold: the lowest kept score */
    std::vector<float> candidates;
};

/** Channels of a block of Block Q-Sparse. */
inline constexpr int inputBlock = 32;

/** How many of `n` channels a density keeps: at least one. */
inline int inputsKept(float density, int n) {
    const double wanted = std::round(static_cast<double>(density) * static_cast<double>(n));
    return std::clamp(static_cast<int>(wanted), 1, n);
}

/** TEAL (section 3): score >= threshold. A negative threshold: that of the round(density * n)-th largest
 * score. */
void selectTeal(const sp_linear_rule & rule, InputSelection & selection);
/** Q-Sparse (section 2): the K = round(density * n) largest of the int8-quantised scores; ties: the lower
 * index. */
void selectQSparse(const sp_linear_rule & rule, InputSelection & selection);
/** Block Q-Sparse: the round(32 * density) largest of every block of 32 channels. */
void selectBlockQSparse(const sp_linear_rule & rule, InputSelection & selection);

/** SP_EXACT_ZERO selects as TEAL does. Fills scores from x (and, for WINA, the column norms) and applies the
 * rule; SP_NONE keeps everything. */
void selectInputs(const sp_linear_rule & rule, const float * x, const std::vector<float> & norms,
                  InputSelection & selection);

} // namespace sparse_pilot
