#if defined(__x86_64__)

#include "batch/body.h"
#include "batch/eights-q4_0.h"
#include "batch/eights-q4k.h"
#include "batch/pairs-q6k.h"
#include "batch/pairs-tile.h"
#include "batch/pairs.h"
#include "batch/tables.h"

#include <iterator>

namespace sparse_pilot {
namespace {

template <class W>
void multiplyAny(const uint8_t * rows, int begin, int end, const PanelShape & shape, const uint8_t * panel,
                 float * out, size_t stride) {
    if (shape.columns == 1) {
        multiplyPairs<W>(rows, begin, end, shape.blocks, panel, out);
    } else {
        multiplyTilesOfPairs<W>(rows, begin, end, shape, panel, out, stride);
    }
}

template <class W> constexpr BatchKernel vnniKernelOf() {
    return {W::type,   RowOrder::file, panelBlock, tileRows,
            anyNumber, panelBytesOf,   arrange<W>, multiplyAny<W>};
}

} // namespace

BatchKernels batchKernelsAvx512Vnni() {
    static constexpr BatchKernel kernels[] = {vnniKernelOf<WeightsQ8_0>(),
                                              vnniKernelOf<WeightsQ4_0>(),
                                              vnniKernelOf<WeightsQ4_1>(),
                                              vnniKernelOf<WeightsQ5_0>(),
                                              vnniKernelOf<WeightsQ5_1>(),
                                              pairsQ6K,
                                              eightsQ4K,
                                              eightsQ4_0};
    return {"avx512-vnni", kernels, static_cast<int>(std::size(kernels))};
}

} // namespace sparse_pilot

#endif
