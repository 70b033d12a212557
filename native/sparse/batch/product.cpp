#include "batch/product.h"

#include "batch/tables.h"
#include "kernels/processor.h"

#include <vector>

namespace sparse_pilot {
namespace {

std::vector<BatchKernels> findKernels() {
    std::vector<BatchKernels> found;
#if defined(__x86_64__)
    if (hasAvx512() && __builtin_cpu_supports("avx512vnni")) {
        found.push_back(batchKernelsAvx512Vnni());
    }
    if (hasAvx2()) {
        found.push_back(batchKernelsAvx2());
    }
#endif
    return found;
}

const std::vector<BatchKernels> & allKernels() {
    static const std::vector<BatchKernels> kernels = findKernels();
    return kernels;
}

} // namespace

int availableBatchKernels(const BatchKernels ** sets) {
    *sets = allKernels().data();
    return static_cast<int>(allKernels().size());
}

const BatchKernel * batchKernel(ggml_type type, RowOrder order) {
    if (allKernels().empty()) {
        return nullptr;
    }
    const BatchKernels & best = allKernels().front();
    for (int i = 0; i < best.count; i++) {
        if (best.kernels[i].type == type && best.kernels[i].order == order) {
            return &best.kernels[i];
        }
    }
    return nullptr;
}

} // namespace sparse_pilot
