#include "selectors/input-selectors.h"

#include <algorithm>
#include <numeric>

namespace sparse_pilot {

void selectBlockQSparse(const sp_linear_rule & rule, InputSelection & selection) {
    constexpr auto block = static_cast<size_t>(inputBlock);
    const std::vector<float> & scores = selection.scores;
    for (size_t base = 0; base < scores.size(); base += block) {
        const size_t n = std::min(block, scores.size() - base);
        const auto keep = static_cast<size_t>(inputsKept(rule.density, static_cast<int>(n)));
        int32_t order[block];
        std::iota(order, order + n, static_cast<int32_t>(base));
        std::stable_sort(order, order + n, [&](int32_t a, int32_t b) {
            return scores[static_cast<size_t>(a)] > scores[static_cast<size_t>(b)];
        });
        std::sort(order, order + keep);
        selection.ids.insert(selection.ids.end(), order, order + keep);
    }
}

} // namespace sparse_pilot
