#pragma once

#include "cost-model.h"
#include "window.h"

namespace sparse_pilot::loop {

/** Books what each cycle of a generation cost beside dense steps for the same tokens, and pays it out of the
 * allowance of the drafter that it was for. */
class DraftAccount {
  public:
    explicit DraftAccount(CostModel & costs) : costs_(costs) {}

    /** A cycle begins. */
    void open() { ms_ = 0; }
    /** A pass of the open cycle took this long. */
    void spend(double ms) { ms_ += ms; }
    /** The cycle ends: who drafted in it, and how many tokens came of it. */
    void settle(Window::Source source, int produced);
    /** The last cycle drafted: the next pass pays for the change of batch size. */
    bool afterDraft() const { return afterDraft_; }

  private:
    CostModel & costs_;
    double ms_ = 0;
    Window::Source last_ = Window::Source::none;
    bool afterDraft_ = false;
};

} // namespace sparse_pilot::loop
