#include "profile/profile.h"

#include <algorithm>
#include <cmath>

namespace sparse_pilot {

float ThresholdTable::at(float density) const {
    const float position = density / 0.05f - 1;
    const float clamped = std::clamp(position, 0.0f, static_cast<float>(profileDensityCount - 1));
    const size_t low = std::min(static_cast<size_t>(clamped), values.size() - 2);
    const float a = std::max(values[low], 1e-20f), b = std::max(values[low + 1], 1e-20f);
    return std::exp(std::log(a) + (std::log(b) - std::log(a)) * (clamped - static_cast<float>(low)));
}

} // namespace sparse_pilot
