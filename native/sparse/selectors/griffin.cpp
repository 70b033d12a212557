/** GRIFFIN (and Sirius' CSparse): the mask is chosen from the prompt and then stays. */
#include "selectors/fixed-mask.h"

namespace sparse_pilot {

namespace {

class Griffin final : public FixedMaskSelector {
  public:
    using FixedMaskSelector::FixedMaskSelector;
    void measured(int layer, const Outcome &) override { layers_[static_cast<size_t>(layer)].used = true; }
    void beginRequest() override {
        for (State & state : layers_)
            state.used = false;
    }

  protected:
    bool mayRefresh(bool used) const override { return !used; }
};

} // namespace

std::unique_ptr<Selector> makeGriffin(int layers) { return std::make_unique<Griffin>(layers); }

} // namespace sparse_pilot
