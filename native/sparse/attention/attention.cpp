#include "attention/attention.h"

#include "attention/tables.h"
#include "ggml.h"
#include "kernels/processor.h"

#include <cstring>
#include <vector>

namespace sparse_pilot {
namespace {

std::vector<AttentionKernels> findKernels() {
    std::vector<AttentionKernels> found;
#if defined(__x86_64__)
    if (hasAvx512()) {
        found.push_back(attentionAvx512());
    }
    if (hasAvx2()) {
        found.push_back(attentionAvx2());
    }
#endif
    return found;
}

const std::vector<AttentionKernels> & allKernels() {
    static const std::vector<AttentionKernels> kernels = findKernels();
    return kernels;
}

float parameter(const ggml_tensor * node, int index) {
    float value;
    std::memcpy(&value, node->op_params + index, sizeof(value));
    return value;
}

bool headFits(int64_t width) { return width > 0 && width % 64 == 0 && width <= widestHead; }

bool cellsFit(const ggml_tensor * cells, const ggml_tensor * q) {
    return cells->type == GGML_TYPE_F16 && headFits(cells->ne[0]) && cells->ne[3] == 1 && cells->ne[2] > 0 &&
           q->ne[2] % cells->ne[2] == 0 && cells->nb[0] == sizeof(ggml_fp16_t);
}

} // namespace

int availableAttentionKernels(const AttentionKernels ** sets) {
    *sets = allKernels().data();
    return static_cast<int>(allKernels().size());
}

AttentionKernel attentionKernel(const ggml_tensor * node) {
    const ggml_tensor * q = node->src[0];
    const ggml_tensor * k = node->src[1];
    const ggml_tensor * v = node->src[2];
    const ggml_tensor * mask = node->src[3];
    const bool plain = parameter(node, 1) == 0 && parameter(node, 2) == 0 && node->src[4] == nullptr;
    const bool maskFits =
        mask == nullptr || (mask->type == GGML_TYPE_F16 && mask->ne[2] == 1 && mask->ne[3] == 1);
    const bool fits = q->type == GGML_TYPE_F32 && q->ne[3] == 1 && q->nb[0] == sizeof(float) &&
                      cellsFit(k, q) && cellsFit(v, q) && v->ne[2] == k->ne[2];
    return !allKernels().empty() && plain && maskFits && fits ? allKernels().front().kernel : nullptr;
}

} // namespace sparse_pilot
