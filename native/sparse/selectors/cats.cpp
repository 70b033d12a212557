/** CATS (COLM 2024, section 3): |act(gate)| against one threshold per layer. */
#include "selectors/threshold.h"

namespace sparse_pilot {

namespace {

class Cats final : public ThresholdSelector {
  public:
    using ThresholdSelector::ThresholdSelector;

  protected:
    bool weigh(const LayerKnowledge &, std::vector<float> &) const override { return false; }
    const ThresholdTable * table(const LayerProfile & profile) const override { return &profile.cats; }
};

} // namespace

std::unique_ptr<Selector> makeCats(int layers, bool hold) { return std::make_unique<Cats>(layers, hold); }

} // namespace sparse_pilot
