/** A threshold on weighted scores for each layer: what CATS and CHESS share. */
#pragma once

#include "selectors/selector.h"

namespace sparse_pilot {

/**
 * Where the threshold comes from, best first: the profile; a sample of the prompt's dense pass; the first
 * token itself (its exact top-K boundary). With `hold` it then follows the measured density, so that the
 * target is kept on any text.
 */
class ThresholdSelector : public Selector {
  public:
    ThresholdSelector(int layers, bool hold) : layers_(static_cast<size_t>(layers)), hold_(hold) {}

    StatisticsWanted wants() const override { return {false, true}; }
    void prepare(int layer, const LayerKnowledge & knowledge) override;
    Decision decide(int layer) const override;
    void measured(int layer, const Outcome & outcome) override;

  protected:
    /** Fills per-neuron weights (left empty: all 1); false when they are not known yet. */
    virtual bool weigh(const LayerKnowledge & knowledge, std::vector<float> & weights) const = 0;
    virtual const ThresholdTable * table(const LayerProfile & profile) const = 0;

  private:
    struct State {
        float density = 1;
        int keep = 0;
        float threshold = -1; /**< negative: not known yet */
        uint64_t sampledRows = 0;
        std::vector<float> weights;
    };
    std::vector<State> layers_;
    bool hold_;
};

} // namespace sparse_pilot
