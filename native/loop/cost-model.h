#pragma once

#include "acceptance.h"

#include <array>
#include <map>
#include <optional>
#include <string>

namespace sparse_pilot::loop {

/**
 * What passes cost on this machine, learnt while generating: t(n) of a dense pass over n tokens and of one
 * sparse pass, in milliseconds. Each is a low quantile of what was seen: other work on the machine only ever
 * adds time. A size seen seldom is drawn towards the line v(n) = 1 + g (n - 1) that all sizes together give,
 * so that one bad sample bans nothing.
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

    /** What was measured for passes of this size; nullopt when there was none. */
    std::optional<double> denseMs(int tokens) const;
    /** v(n): a dense pass over n tokens in units of a dense step, best estimate. 1 + 0.25 (n - 1) before
     * anything is known. */
    double verifyRatio(int tokens) const;
    /** c: a sparse step in units of a dense step; nullopt before both were seen. */
    std::optional<double> sparseRatio() const;
    bool measured(int tokens) const { return quantile_[index(tokens)].passes > 0; }

  private:
    struct LowQuantile {
        double ms = 0;
        int passes = 0;
        void add(double sample);
    };
    struct Sparse {
        LowQuantile cost;
        Acceptance acceptance{0.9, 4};
    };
    static int index(int tokens);
    double slope() const;

    std::array<LowQuantile, maxBatch + 1> quantile_{};
    std::map<std::string, Sparse> sparse_;
    std::string configuration_;
};

} // namespace sparse_pilot::loop
