// The kernels that skip a linear's input channels, and the layout they read, against the reference. The same
// file runs on a GPU (nvcc -x cu) and in the emulator (g++).

#include "every_order.h"
#include "input_forms.h"

using namespace sp::cuda;
using namespace sp::cuda::test;

int main() {
    Checks checks;
    for (const WeightType type : kTypes) {
        for (const Shape shape : shapes_of(type)) {
            input_forms(checks, type, shape, {0.0, 0.02, 0.5, 1.0});
            checks.run("planes " + named(all_of(type), shape),
                       [&] { planes_keep_every_weight(checks, type, shape); });
        }
    }
    // more chunks than a warp has lanes
    input_forms(checks, WeightType::Q8_0, {32, 2208}, {0.5});
    in_every_order([&](WeightType type) { input_forms(checks, type, shapes_of(type)[0], {0.5}); });
    return checks.finish();
}
