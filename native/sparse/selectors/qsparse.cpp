/** Q-Sparse's top-K without a sort: the scores are int8 anyway, so the K-th largest is found in a histogram
 * of 128. */
#include "selectors/input-selectors.h"

#include <algorithm>
#include <cmath>

namespace sparse_pilot {

void selectQSparse(const sp_linear_rule & rule, InputSelection & selection) {
    const std::vector<float> & scores = selection.scores;
    const float largest = *std::max_element(scores.begin(), scores.end());
    const float factor = largest > 0 ? 127.0f / largest : 0.0f;
    const auto quantised = [&](size_t i) { return static_cast<size_t>(std::lrint(scores[i] * factor)); };
    size_t histogram[128] = {};
    for (size_t i = 0; i < scores.size(); ++i)
        ++histogram[quantised(i)];
    const auto keep = static_cast<size_t>(inputsKept(rule.density, static_cast<int>(scores.size())));
    size_t level = 127, above = 0;
    while (level > 0 && above + histogram[level] < keep)
        above += histogram[level--];
    size_t atLevel = keep - above;
    for (size_t i = 0; i < scores.size(); ++i) {
        const size_t q = quantised(i);
        if (q < level || (q == level && atLevel == 0))
            continue;
        if (q == level)
            --atLevel;
        selection.ids.push_back(static_cast<int32_t>(i));
    }
}

} // namespace sparse_pilot
