#pragma once

#include "generation.h"
#include "napi.h"
#include "sparse-handle.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace sparse_pilot::addon {

// How far a running generation is: its counts, and the measured density of each layer (empty before the first
// sparse pass, 1 for a layer that made none).
struct LoopProgress {
    int drafted = 0;
    int accepted = 0;
    int rollbacks = 0;
    int probes = 0;
    double probeDivergence = 0; // sum over probes, nats
    std::vector<double> densityPerLayer;
};

// Takes it on the loop's own thread, between two decodes, ten times a second at most.
class ProgressMeter {
  public:
    ProgressMeter(const loop::Generation & generation, SparseContextPtr sparse, std::int32_t sequence);

    // Empty when the last one is too fresh.
    std::optional<LoopProgress> take();

  private:
    std::vector<double> densityPerLayer() const;

    const loop::Generation & generation_;
    SparseContextPtr sparse_;
    std::int32_t sequence_;
    std::chrono::steady_clock::time_point next_{};
};

Napi::Object progressObject(Napi::Env env, const LoopProgress & progress);

} // namespace sparse_pilot::addon
