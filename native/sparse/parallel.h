/** Building layouts layer by layer on several threads. */
#pragma once

#include "sparse-pilot.h"

#include <functional>

namespace sparse_pilot {

/**
 * Calls `build` once for every layer on options.n_threads threads; the calling one reports progress. Throws
 * std::runtime_error with the first failure, "cancelled" when progress returned false.
 */
void forEachLayer(int layers, const sp_engine_options & options, const std::function<void(int)> & build);

} // namespace sparse_pilot
