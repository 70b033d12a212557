// The kernels of FFNs against the masked-dense reference. The same file runs on a GPU (nvcc -x cu) and in the
// emulator (g++).

#include "every_order.h"
#include "ffn_forms.h"

using namespace sp::cuda;
using namespace sp::cuda::test;

namespace {

void every_type(Checks & checks) {
    for (const WeightType type : kTypes) {
        for (const Shape shape : shapes_of(type)) {
            ffn_forms(checks, all_of(type), shape, {0.0, 0.02, 0.5, 1.0});
        }
        for (const Activation activation : {Activation::GELU, Activation::ReLU, Activation::ReLU2}) {
            checks.run(std::string("activation ") + name_of(type),
                       [&] { threshold_form(checks, all_of(type), shapes_of(type)[0], activation, 0.4); });
        }
    }
}

/// More chunks than a warp has lanes, and than a block has threads.
void wide_shapes(Checks & checks) {
    ffn_forms(checks, all_of(WeightType::Q8_0), {32, 8256}, {0.5});
    ffn_forms(checks, all_of(WeightType::F16), {32, 2100}, {0.5});
}

/// As quantised models are: down in another type than gate and up.
void mixed_types(Checks & checks) {
    for (const Kind kind : {Kind{WeightType::Q4_K, WeightType::Q4_K, WeightType::Q6_K},
                            Kind{WeightType::Q4_0, WeightType::Q8_0, WeightType::F16},
                            Kind{WeightType::BF16, WeightType::Q6_K, WeightType::Q4_K}}) {
        ffn_forms(checks, kind, {256, 256}, {0.4});
    }
}

void absent_parts(Checks & checks) {
    const WeightType type = WeightType::Q8_0;
    for (const Kind kind :
         {Kind{type, type, type, false, true, true}, Kind{type, type, type, true, false, true},
          Kind{type, type, type, true, true, false}, Kind{type, type, type, false, false, false}}) {
        ffn_forms(checks, kind, {96, 160}, {0.0, 0.5, 1.0});
    }
}

} // namespace

int main() {
    Checks checks;
    every_type(checks);
    wide_shapes(checks);
    mixed_types(checks);
    absent_parts(checks);
    in_every_order([&](WeightType type) { ffn_forms(checks, all_of(type), shapes_of(type)[0], {0.5}); });
    return checks.finish();
}
