#if defined(__x86_64__)

#include "batch/body.h"
#include "batch/tables.h"

#include <iterator>

namespace sparse_pilot {
namespace {

struct Avx2 {
    static constexpr int rows = 2;

    template <class W> class Operand {
      public:
        explicit Operand(__m256i weights) : weights_(weights), size_(_mm256_abs_epi8(weights)) {}
        __m256i dot(const int8_t * quants, const int32_t * sums) const {
            const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(quants));
            const __m256i ones = _mm256_set1_epi16(1);
            if constexpr (W::isSigned) { // sums of two products of bytes of full range would not fit 16 bits
                return _mm256_madd_epi16(_mm256_maddubs_epi16(size_, _mm256_sign_epi8(x, weights_)), ones);
            } else {
                const __m256i dot = _mm256_madd_epi16(_mm256_maddubs_epi16(weights_, x), ones);
                return W::offset == 0 ? dot
                                      : _mm256_add_epi32(
                                            dot, _mm256_loadu_si256(reinterpret_cast<const __m256i *>(sums)));
            }
        }

      private:
        __m256i weights_;
        __m256i size_;
    };
};

} // namespace

BatchKernels batchKernelsAvx2() {
    static constexpr BatchKernel kernels[] = {kernelOf<Avx2, WeightsQ8_0>(), kernelOf<Avx2, WeightsQ4_0>(),
                                              kernelOf<Avx2, WeightsQ4_1>(), kernelOf<Avx2, WeightsQ5_0>(),
                                              kernelOf<Avx2, WeightsQ5_1>()};
    return {"avx2", kernels, static_cast<int>(std::size(kernels))};
}

} // namespace sparse_pilot

#endif
