#include "selectors/allocation.h"

#include <algorithm>

namespace sparse_pilot {

std::vector<float> allocateDensity(const std::vector<float> & sensitivity, float density) {
    constexpr float step = 0.01f;
    const float lowest = std::max(0.05f, density * 0.5f);
    std::vector<float> result(sensitivity.size(), 1.0f);
    const auto adjustable =
        std::count_if(sensitivity.begin(), sensitivity.end(), [](float s) { return s >= 0; });
    const double goal = static_cast<double>(adjustable) * static_cast<double>(1 - density);
    const auto nextCost = [&](size_t l) {
        const float now = 1 - result[l], then = now + step;
        return (sensitivity[l] + 1e-9f) * (then * then - now * now);
    };
    for (double removed = 0; removed + 1e-6 < goal; removed += static_cast<double>(step)) {
        size_t best = sensitivity.size();
        for (size_t l = 0; l < sensitivity.size(); ++l) {
            if (sensitivity[l] < 0 || result[l] - step < lowest)
                continue;
            if (best == sensitivity.size() || nextCost(l) < nextCost(best))
                best = l;
        }
        if (best == sensitivity.size())
            break;
        result[best] -= step;
    }
    return result;
}

} // namespace sparse_pilot
