/** A mask held for many tokens, from neuron importance: what GRIFFIN and its rolling form share. */
#pragma once

#include "selectors/selector.h"

namespace sparse_pilot {

/** The `density` share of neurons with the highest importance, ascending by index. */
std::vector<int32_t> mostImportant(const std::vector<float> & importance, float density);

class FixedMaskSelector : public Selector {
  public:
    explicit FixedMaskSelector(int layers) : layers_(static_cast<size_t>(layers)) {}
    StatisticsWanted wants() const override { return {true, false}; }
    bool decidesBeforeGate() const override { return true; }
    void prepare(int layer, const LayerKnowledge & knowledge) override;
    Decision decide(int layer) const override;

  protected:
    /** Whether statistics that came after the first sparse pass may still change the mask. */
    virtual bool mayRefresh(bool used) const = 0;
    struct State {
        float density = 0;
        bool used = false;
        std::vector<int32_t> ids; /**< empty: no mask yet */
        int largest = 0;          /**< without a mask: this many of each token's largest; 0: every neuron */
    };
    std::vector<State> layers_;
};

} // namespace sparse_pilot
