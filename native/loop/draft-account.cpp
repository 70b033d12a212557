#include "draft-account.h"

#include <algorithm>

namespace sparse_pilot::loop {
namespace {

constexpr double disturbed = 8; ///< most dense steps that one cycle is held to have lost

} // namespace

void DraftAccount::settle(Window::Source source, int produced) {
    const bool drafted = source != Window::Source::none;
    const double step = costs_.recentStepMs();
    if (!drafted && step > 0) {
        costs_.ngramAllowance().earn(ms_ / step);
        costs_.sparseDrafting().allowance.earn(ms_ / step);
    }
    last_ = drafted ? source : last_;
    if (step > 0 && (drafted || afterDraft_) && produced > 0) {
        // a pass that took many times its price was disturbed from outside
        const double lost = std::min(ms_ / step - produced, disturbed);
        Allowance & allowance =
            last_ == Window::Source::ngram ? costs_.ngramAllowance() : costs_.sparseDrafting().allowance;
        allowance.settle(lost);
    }
    afterDraft_ = drafted;
}

} // namespace sparse_pilot::loop
