// AVX-512 (F, BW, DQ, VL).
#include "attention/simd.avx512.h"
//
#include "attention/rows.h"

namespace sparse_pilot {

AttentionKernels attentionAvx512() { return {"avx512", attend}; }

} // namespace sparse_pilot
