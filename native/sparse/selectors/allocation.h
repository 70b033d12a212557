/** How a mean density is spread over layers of different sensitivity. */
#pragma once

#include <vector>

namespace sparse_pilot {

/**
 * Greedy, as TEAL does it: from dense, always thin out the layer whose next step costs least, until the mean
 * of the adjustable layers is `density`. The cost of layer l at density p is taken as sensitivity_l * ((1 -
 * p) / 0.5)^2. Layers with negative sensitivity are not adjustable and get 1.
 */
std::vector<float> allocateDensity(const std::vector<float> & sensitivity, float density);

} // namespace sparse_pilot
