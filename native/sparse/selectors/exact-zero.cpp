/** Lossless: ReLU and ReLU squared make exact zeros; only those are skipped. */
#include "selectors/selector.h"

#include <cfloat>

namespace sparse_pilot {

namespace {

class ExactZero final : public Selector {
  public:
    void prepare(int, const LayerKnowledge &) override {}
    Decision decide(int) const override { return Decision::atLeast(FLT_MIN, nullptr); }
};

} // namespace

std::unique_ptr<Selector> makeExactZero() { return std::make_unique<ExactZero>(); }

} // namespace sparse_pilot
