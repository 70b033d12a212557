#include "logits/logits.h"

#include "kernels/kernel-table.h"

namespace sparse_pilot {

TopLogits topLogits(const float * logits, int count) { return kernels().topLogits(logits, count); }

LogitMoments logitMoments(const float * logits, int count, float max, float scale) {
    return kernels().logitMoments(logits, count, max, scale);
}

} // namespace sparse_pilot
