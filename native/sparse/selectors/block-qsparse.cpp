#include "selectors/input-selectors.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sparse_pilot {

void selectBlockQSparse(const sp_linear_rule & rule, InputSelection & selection) {
    constexpr size_t block = 32;
    const std::vector<float> & scores = selection.scores;
    for (size_t base = 0; base < scores.size(); base += block) {
        const size_t n = std::min(block, scores.size() - base);
        const double wanted = std::round(static_cast<double>(rule.density) * static_cast<double>(n));
        const size_t keep = std::clamp<size_t>(static_cast<size_t>(wanted), 1, n);
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
