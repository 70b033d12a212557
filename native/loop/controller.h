#pragma once

#include "acceptance.h"
#include "cost-model.h"
#include "ngram-drafter.h"
#include "types.h"

#include <array>

namespace sparse_pilot::loop {

/** A plan for one cycle: how many tokens to draft, and the speed expected of it in dense steps' tokens per
 * dense step's time. */
struct Plan {
    int length = 0;
    double speed = 1.0;
};

/**
 * Decides what a cycle drafts: the one length whose expected tokens per cost is best, or none when that gains
 * less than 3%. Expected tokens of k drafts with acceptances a_i: 1 + a_1 + a_1 a_2 + ...; cost: k c + v(k +
 * 1) (dossier 8.3). N-gram acceptance is learnt for each context length, also from guesses that were not
 * drafted: looking is free. What estimates promise is paid out of an allowance of measured time, so that
 * being wrong stays cheap.
 */
class Controller {
  public:
    static constexpr double leastGain = 1.03;
    static constexpr int longest = CostModel::maxBatch - 1;

    explicit Controller(CostModel & costs) : costs_(costs) {}

    /** How many of these guesses to verify. */
    Plan planNgram(const std::vector<Guess> & guesses) const;
    /** Length of a sparse draft of at most `limit` tokens; needs the sparse cost to be known. Short ones
     * while its acceptance is not. `width`: paths that are drafted side by side, each by steps of its own. */
    Plan planSparse(int limit, int width = 1) const;

    /** Enough was seen of sparse drafts to believe their acceptance. */
    bool sparseIsKnown() const;

    void observeNgram(int level, bool hit) { ngram_[static_cast<std::size_t>(level)].observe(hit); }
    void observeSparse(bool hit) { costs_.sparseDrafting().acceptance.observe(hit); }
    double sparseAcceptance() const { return costs_.sparseDrafting().acceptance.value(); }

  private:
    Plan sparseLength(double acceptance, double stepRatio, int limit, int width) const;

    CostModel & costs_;
    std::array<Acceptance, NgramDrafter::lengths.size()> ngram_{Acceptance(0.25, 8), Acceptance(0.5, 8),
                                                                Acceptance(0.75, 8), Acceptance(0.9, 8),
                                                                Acceptance(0.95, 8)};
};

} // namespace sparse_pilot::loop
