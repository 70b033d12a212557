#include "selectors/input-selectors.h"

#include <cmath>
#include <numeric>

namespace sparse_pilot {

void selectInputs(const sp_linear_rule & rule, const float * x, const std::vector<float> & norms,
                  InputSelection & selection) {
    const size_t n = norms.size();
    selection.ids.clear();
    if (rule.selector == SP_NONE || n == 0) {
        selection.ids.resize(n);
        std::iota(selection.ids.begin(), selection.ids.end(), 0);
        return;
    }
    selection.scores.resize(n);
    for (size_t i = 0; i < n; ++i) {
        const float score = std::fabs(x[i]) * (rule.wina ? norms[i] : 1.0f);
        selection.scores[i] = std::isfinite(score) ? score : 0.0f;
    }
    switch (rule.selector) {
    case SP_QSPARSE:
        selectQSparse(rule, selection);
        break;
    case SP_BLOCK_QSPARSE:
        selectBlockQSparse(rule, selection);
        break;
    default:
        selectTeal(rule, selection);
        break;
    }
}

} // namespace sparse_pilot
