// AVX2 with FMA and F16C.
#include "attention/simd.avx2.h"
//
#include "attention/rows.h"

namespace sparse_pilot {

AttentionKernels attentionAvx2() { return {"avx2", attend}; }

} // namespace sparse_pilot
