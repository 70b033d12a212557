#pragma once

#include "ggml.h"

namespace bench {

/// What of a matrix's planes is scales and minimums: read for every group of inputs with something kept.
inline double scale_share(ggml_type type) {
    switch (type) {
    case GGML_TYPE_Q8_0:
        return 2.0 / 34;
    case GGML_TYPE_Q4_K:
        return 16.0 / 144;
    case GGML_TYPE_Q4_0:
        return 2.0 / 18;
    case GGML_TYPE_Q6_K:
        return 18.0 / 210;
    default:
        return 0.0;
    }
}

} // namespace bench
