#pragma once
#include "ffn_fixture.h"

namespace sp::cuda::test {

/// Runs `cases` for some types in orders of blocks and threads that a GPU may have: it promises none between
/// two barriers. Nothing to choose on a GPU itself.
template <typename Cases> void in_every_order(const Cases & cases) {
#if defined(__CUDACC__)
    (void)cases;
#else
    for (unsigned seed = 0; seed < 4; ++seed) {
        simt::set_order(seed == 0 ? simt::Order::Reversed : simt::Order::Random, seed);
        for (const WeightType type : {WeightType::Q8_0, WeightType::Q4_K, WeightType::F16}) {
            cases(type);
        }
    }
    simt::set_order(simt::Order::Forward);
#endif
}

} // namespace sp::cuda::test
