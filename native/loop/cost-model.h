#pragma once

#include "acceptance.h"
#include "allowance.h"

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
    /** The first of a configuration is not counted: it builds its graph and reads weights in a form that no
     * pass has read. */
    void recordSparse(double ms);
    /** A dense step as it went, into the recent average with this weight. */
    void followStep(double ms, double weight);
    /** What sparse drafts are worth under one rule of acceptance; remembered over generations, so that a bad
     * drafter is tried once. */
    struct Drafting {
        Acceptance acceptance{0.9, 4};
        Allowance allowance;
    };
    Drafting & sparseDrafting() { return sparse_[configuration_].drafting[rule_]; }
    Allowance & ngramAllowance() { return ngram_[sequence_]; }
    /** Sparse passes recorded from now on are of this configuration, their acceptance of this rule (Exact
     * refuses what Balanced takes), n-gram drafts of this sequence (prose in a chat says nothing of code);
     * each has a record of its own. */
    void use(const std::string & configuration, const std::string & rule, int sequence = 0) {
        configuration_ = configuration;
        rule_ = rule;
        sequence_ = sequence;
    }

    /** What was measured for passes of this size; nullopt when there was none. */
    std::optional<double> denseMs(int tokens) const;
    /** v(n): a dense pass over n tokens in units of a dense step, best estimate. 1 + 0.25 (n - 1) before
     * anything is known. */
    double verifyRatio(int tokens) const;
    /** c: a sparse step in units of a dense step; nullopt before both were seen. */
    std::optional<double> sparseRatio() const;
    bool measured(int tokens) const { return quantile_[index(tokens)].passes > 0; }
    /** What a dense step has cost lately, on average; unlike denseMs it follows the machine's other work. */
    double recentStepMs() const { return recentStepMs_; }

  private:
    struct LowQuantile {
        double ms = 0;
        int passes = 0;
        void add(double sample);
    };
    struct Sparse {
        LowQuantile cost;
        bool begun = false;
        std::map<std::string, Drafting> drafting;
    };
    static int index(int tokens);
    double slope() const;

    std::array<LowQuantile, maxBatch + 1> quantile_{};
    std::map<std::string, Sparse> sparse_;
    std::string configuration_;
    std::string rule_;
    int sequence_ = 0;
    std::map<int, Allowance> ngram_;
    double recentStepMs_ = 0;
};

} // namespace sparse_pilot::loop
