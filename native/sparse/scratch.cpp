#include "scratch.h"

#include <algorithm>

namespace sparse_pilot {

const BlockedActivation & ArrangedActivation::set(const KernelTable & kernels, const float * x, int n,
                                                  int block) {
    const int blocks = n / block, tiles = (blocks + 15) / 16;
    const size_t lanes = static_cast<size_t>(tiles) * 16;
    if (blocks != blocks_) {
        // Lanes past the end must be zero, and arrange() only writes real ones.
        view_.q = q_.ensure(lanes * static_cast<size_t>(block));
        view_.scale = scale_.ensure(lanes);
        view_.sum = sum_.ensure(lanes);
        view_.scaledSum = scaledSum_.ensure(lanes);
        std::fill_n(view_.q, q_.size(), int8_t{0});
        std::fill_n(view_.scale, scale_.size(), 0.0f);
        std::fill_n(view_.sum, sum_.size(), 0.0f);
        std::fill_n(view_.scaledSum, scaledSum_.size(), 0.0f);
        blocks_ = blocks;
    }
    kernels.arrange(x, n, block, view_);
    return view_;
}

} // namespace sparse_pilot
