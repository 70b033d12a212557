#include "selectors/input-selectors.h"

#include "selectors/statistics.h"

namespace sparse_pilot {

void selectTeal(const sp_linear_rule & rule, InputSelection & selection) {
    float threshold = rule.threshold;
    if (threshold < 0) {
        const int n = static_cast<int>(selection.scores.size());
        const int keep = inputsKept(rule.density, n);
        threshold = kthLargest(selection.scores.data(), n, keep, selection.candidates);
    }
    selection.boundary = threshold;
    size_t kept = 0;
    selection.ids.resize(selection.scores.size());
    for (size_t i = 0; i < selection.scores.size(); ++i) {
        selection.ids[kept] = static_cast<int32_t>(i);
        kept += selection.scores[i] >= threshold ? 1 : 0;
    }
    selection.ids.resize(kept);
}

} // namespace sparse_pilot
