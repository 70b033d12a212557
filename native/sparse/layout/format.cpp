#include "layout/format.h"

#include "ggml.h"

namespace sparse_pilot {

TypeFormat formatOfType(int ggmlType) {
    switch (ggmlType) {
    case GGML_TYPE_Q4_0:
        return {Format::Nibble, 8, true};
    case GGML_TYPE_Q4_1:
        return {Format::NibbleMin, 0, true};
    case GGML_TYPE_Q4_K:
        return {Format::NibbleSuper, 0, true};
    case GGML_TYPE_Q5_0:
        return {Format::Five, 16, true};
    case GGML_TYPE_Q5_1:
        return {Format::FiveMin, 0, true};
    case GGML_TYPE_Q5_K:
        return {Format::FiveSuper, 0, true};
    case GGML_TYPE_Q6_K:
        return {Format::SixSuper, 32, true};
    case GGML_TYPE_Q8_0:
        return {Format::Byte, 128, true};
    case GGML_TYPE_F16:
        return {Format::F16, 0, true};
    case GGML_TYPE_BF16:
        return {Format::BF16, 0, true};
    default:
        return {};
    }
}

} // namespace sparse_pilot
