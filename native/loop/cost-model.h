#pragma once

#include "acceptance.h"

#include <array>
#include <map>
#include <optional>
#include <string>

namespace sparse_pilot::loop {

/**
 * What passes cost on this machine, learnt while generating: t(n) of a dense pass over n tokens and of one
 * sparse pass, in milliseconds. A moving average each; sizes never seen are interpolated, or extrapolated
 * from the prior slope.
 */
class CostModel {
  public:
    static constexpr int maxBatch = 64;

    void recordDense(int tokens, double ms);
    void recordSparse(double ms);
    /** How often a sparse draft token passes its check; remembered over generations, so that a bad one is
     * tried once. */
    Acceptance & sparseAcceptance() { return sparse_[configuration_].acceptance; }
    /** Sparse passes recorded from now on are of this configuration; each has a record of its own. */
    void useSparse(const std::string & configuration) { configuration_ = configuration; }

    /** Milliseconds of a dense pass over `tokens` tokens; nullopt before the first single-token pass. */
    std::optional<double> denseMs(int tokens) const;
    /** v(n): a dense pass over n tokens in units of a dense step. 1 + 0.25 (n - 1) before anything is known.
     */
    double verifyRatio(int tokens) const;
    /** c: a sparse step in units of a dense step; nullopt before both were seen. */
    std::optional<double> sparseRatio() const;
    /** Whether t(n) was measured, not guessed. */
    bool measured(int tokens) const { return average_[index(tokens)].passes > 0; }

  private:
    struct Average {
        double ms = 0;
        int passes = 0;
        void add(double sample);
    };
    static constexpr double priorSlope = 0.25;
    static int index(int tokens);

    std::array<Average, maxBatch + 1> average_{};
    struct Sparse {
        Average cost;
        Acceptance acceptance{0.9, 4};
    };
    std::map<std::string, Sparse> sparse_;
    std::string configuration_;
};

} // namespace sparse_pilot::loop
