#include "selectors/input-selectors.h"

namespace sparse_pilot {

void selectTeal(const sp_linear_rule & rule, InputSelection & selection) {
    for (size_t i = 0; i < selection.scores.size(); ++i)
        if (selection.scores[i] >= rule.threshold)
            selection.ids.push_back(static_cast<int32_t>(i));
}

} // namespace sparse_pilot
