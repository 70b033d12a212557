#if defined(__x86_64__)

#include "batch/body.h"

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

} // namespace

BatchKernels batchKernelsAvx512Vnni() { return makeBatchKernels<Vnni>("avx512-vnni"); }

} // namespace sparse_pilot

#endif
