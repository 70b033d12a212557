#pragma once

#include "batch/product.h"

namespace sparse_pilot {

// One table per instruction set, each built from the one source in body.h.
BatchKernels batchKernelsAvx2();
BatchKernels batchKernelsAvx512Vnni();

} // namespace sparse_pilot
