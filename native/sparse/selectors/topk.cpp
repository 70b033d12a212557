/** Sirius' FSparse: exactly the K largest |act(gate)| of each token. */
#include "selectors/selector.h"

#include <algorithm>
#include <cmath>

namespace sparse_pilot {

namespace {

class TopK final : public Selector {
  public:
    explicit TopK(int layers) : keep_(static_cast<size_t>(layers)) {}
    void prepare(int layer, const LayerKnowledge & k) override {
        keep_[static_cast<size_t>(layer)] =
            std::max(1, static_cast<int>(std::lround(k.density * static_cast<float>(k.f))));
    }
    Decision decide(int layer) const override {
        const int keep = keep_[static_cast<size_t>(layer)];
        return keep > 0 ? Decision::top(keep, nullptr) : Decision::all();
    }

  private:
    std::vector<int> keep_;
};

} // namespace

std::unique_ptr<Selector> makeTopK(int layers) { return std::make_unique<TopK>(layers); }

} // namespace sparse_pilot
