#if defined(__x86_64__)

#include "batch/body.h"
#include "batch/eights-q4_0.h"
#include "batch/eights-q4k.h"
#include "batch/pairs-q6k.h"
#include "batch/pairs.h"
#include "batch/tables.h"

#include <iterator>

namespace sparse_pilot {
namespace {

struct Vnni {
    static constexpr int rows = 4;

    template <class W> class Operand {
      public:
        explicit Operand(__m256i weights)
            : weights_(W::isSigned ? _mm256_xor_si256(weights, _mm256_set1_epi8(-128)) : weights) {}
        __m256i dot(const int8_t * quants, const int32_t * sums) const {
            const __m256i start = W::offset == 0
                                      ? _mm256_setzero_si256()
                                      : _mm256_loadu_si256(reinterpret_cast<const __m256i *>(sums));
            return _mm256_dpbusd_epi32(start, weights_,
                                       _mm256_loadu_si256(reinterpret_cast<const __m256i *>(quants)));
        }

      private:
        __m256i weights_;
    };
};

template <class W>
void multiplyAny(const uint8_t * rows, int begin, int end, const PanelShape & shape, const uint8_t * panel,
                 float * out, size_t stride) {
    if (shape.columns == 1) {
        multiplyPairs<W>(rows, begin, end, shape.blocks, panel, out);
    } else {
        multiply<Vnni, W>(rows, begin, end, shape, panel, out, stride);
    }
}

template <class W> constexpr BatchKernel vnniKernelOf() {
    return {W::type,   RowOrder::file, panelBlock, Vnni::rows,
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
