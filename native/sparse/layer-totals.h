/** What sparse passes of a layer summed up to since the counters were cleared. */
#pragma once

#include <cstdint>

namespace sparse_pilot {

struct LayerTotals {
    uint64_t passes = 0;
    double density = 0;
    double bytes = 0;
    double denseBytes = 0; /**< what dense passes read where these were sparse */
    double skippedEnergy = 0;
    double lastDensity = 0;
    double lastSkippedEnergy = 0;
};

} // namespace sparse_pilot
