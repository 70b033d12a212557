/** y = W x for one token, reading only the columns of the input channels that a rule keeps. */
#pragma once

#include "barrier.h"
#include "layout/arena.h"
#include "layout/planes.h"
#include "scratch.h"
#include "selectors/input-selectors.h"

#include <array>

namespace sparse_pilot {

class Linear {
  public:
    /** Throws std::runtime_error when the type has no layout. */
    explicit Linear(const sp_tensor & weights, const KernelTable & table = kernels());
    float forward(const sp_linear_rule & rule, const sp_linear_args & args);
    uint64_t bytes() const { return rows_.size() + planes_.size(); }
    const std::vector<float> & columnNorms() const { return norms_; }

  private:
    struct Own {
        InputSelection selection;
        AlignedBuffer<float> y;
    };
    const KernelTable & kernels_;
    PlaneShape shape_;
    int inputs_ = 0;
    Arena rows_, planes_;
    std::vector<float> norms_;
    SpinBarrier barrier_;
    std::array<std::unique_ptr<Own>, 64> own_;
};

} // namespace sparse_pilot
