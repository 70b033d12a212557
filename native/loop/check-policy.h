#pragma once

#include "logits.h"
#include "types.h"

#include <string>

namespace sparse_pilot::loop {

/** Risk of one sparse token, 0..1, from what the sparse pass itself knows: entropy, top-1 margin and skipped
 * mass. */
double tokenRisk(const LogitStats & stats, double skippedMass);

/** True after a line's end or a statement's: what a reader would take for finished. */
bool endsStatement(const std::string & piece);

/** Whether a window is to be checked now; `doubtful`: because of what its last tokens risk. */
enum class Due { no, yes, doubtful };

/** Decides, token by token, when the open window is checked. One object a window. */
class CheckTrigger {
  public:
    /** `period`: the window length used by the automatic policy as its cap. */
    CheckTrigger(const CheckPolicy & policy, int period) : policy_(policy), period_(period) {}

    /** Adds a drafted token to the window, which is the pending token and the drafts so far. */
    Due add(const LogitStats & stats, double skippedMass, const std::string & piece);

  private:
    CheckPolicy policy_;
    int period_;
    int drafted_ = 0;
    double risk_ = 0;
};

} // namespace sparse_pilot::loop
