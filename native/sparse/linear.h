/** y = W x for one token, reading only the columns of the input channels that a rule keeps. */
#pragma once

#include "barrier.h"
#include "layout/columns.h"
#include "scratch.h"
#include "selectors/input-selectors.h"

#include <array>
#include <memory>

namespace sparse_pilot {

/** The private memory of one product at a time. */
struct LinearScratch {
    struct Own {
        InputSelection selection;
        AlignedBuffer<float> y;
        size_t planeBytes = 0; /**< read by this thread in the last product */
    };
    SpinBarrier barrier;
    std::array<std::unique_ptr<Own>, 64> own;
};

/** What a product did; bytes and skippedEnergy are filled on thread 0 only. */
struct LinearOutcome {
    const InputSelection * selection = nullptr; /**< valid until the scratch's next product */
    double density = 0;
    double bytes = 0;
    double skippedEnergy = 0; /**< sum over skipped of x_i^2 over all */
};

/** Every thread of 0..args.nth-1 must make the call at the same time. */
LinearOutcome multiplySelected(const KernelTable & kernels, const ColumnLayout & layout,
                               const sp_linear_rule & rule, const sp_linear_args & args,
                               LinearScratch & scratch);

/** A matrix with its own columns and scratch: one product at a time. */
class Linear {
  public:
    /** Throws as buildColumns does. */
    explicit Linear(const sp_tensor & weights, const KernelTable & table = kernels())
        : kernels_(table), layout_(buildColumns(weights)) {}
    float forward(const sp_linear_rule & rule, const sp_linear_args & args) {
        return static_cast<float>(multiplySelected(kernels_, layout_, rule, args, scratch_).density);
    }
    uint64_t bytes() const { return layout_.extraBytes(); }
    const std::vector<float> & columnNorms() const { return layout_.norms; }

  private:
    const KernelTable & kernels_;
    ColumnLayout layout_;
    LinearScratch scratch_;
};

} // namespace sparse_pilot
