#pragma once

#include <algorithm>

namespace sparse_pilot::loop {

/**
 * Dense steps that drafting may still lose: a little at the start, a share of all time, and what drafts have
 * won, up to a limit. Losses are measured, not estimated, so that hostile text costs the start and that share
 * for each drafter, and no more.
 */
class Allowance {
  public:
    static constexpr double start = 2;
    static constexpr double share = 0.012;
    static constexpr double most = 8;
    static constexpr double least = -4;

    double steps() const { return steps_; }
    /** Time went by, in dense steps. */
    void earn(double steps) { steps_ = std::min(most, steps_ + share * steps); }
    /** A draft cost this many dense steps more than the tokens it gave; negative: it won. */
    void settle(double lost) { steps_ = std::clamp(steps_ - lost, least, most); }

  private:
    double steps_ = start;
};

} // namespace sparse_pilot::loop
