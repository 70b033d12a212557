#pragma once

namespace sparse_pilot::loop {

/** Estimate of a probability from trials, forgetting old ones; starts from a prior worth some trials. */
class Acceptance {
  public:
    Acceptance(double prior, double weight) : hits_(prior * weight), trials_(weight) {}

    void observe(bool hit) {
        constexpr double memory = 0.99;
        hits_ = hits_ * memory + (hit ? 1.0 : 0.0);
        trials_ = trials_ * memory + 1.0;
        seen_++;
    }
    double value() const { return hits_ / trials_; }
    /** Trials so far, all of them. */
    int seen() const { return seen_; }

  private:
    double hits_;
    double trials_;
    int seen_ = 0;
};

} // namespace sparse_pilot::loop
