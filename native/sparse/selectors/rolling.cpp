/** GRIFFIN's mask refreshed from every dense pass; the statistics it is drawn from decay (sp_settings.decay).
 */
#include "selectors/fixed-mask.h"

namespace sparse_pilot {

namespace {

class Rolling final : public FixedMaskSelector {
  public:
    using FixedMaskSelector::FixedMaskSelector;

  protected:
    bool mayRefresh(bool) const override { return true; }
};

} // namespace

std::unique_ptr<Selector> makeRolling(int layers) { return std::make_unique<Rolling>(layers); }

} // namespace sparse_pilot
