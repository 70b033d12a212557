/**
 * CHESS's idea, per neuron: what a skipped neuron would have contributed is |act(gate)| * |up_j| *
 * ||down_j||, and the expectation of the last two factors is known beforehand. Neurons are compared by that
 * product.
 */
#include "selectors/threshold.h"

namespace sparse_pilot {

namespace {

class Chess final : public ThresholdSelector {
  public:
    using ThresholdSelector::ThresholdSelector;

  protected:
    bool weigh(const LayerKnowledge & knowledge, std::vector<float> & weights) const override {
        if (knowledge.profile) {
            weights = knowledge.profile->neuronWeights;
            return true;
        }
        weights = knowledge.downNorm;
        const LayerStatistics & s = knowledge.statistics;
        if (s.tokens == 0)
            return true;
        for (size_t j = 0; j < weights.size(); ++j)
            weights[j] *= s.upSum[j] / static_cast<float>(s.tokens);
        return true;
    }
    const ThresholdTable * table(const LayerProfile & profile) const override { return &profile.chess; }
};

} // namespace

std::unique_ptr<Selector> makeChess(int layers, bool hold) { return std::make_unique<Chess>(layers, hold); }

} // namespace sparse_pilot
