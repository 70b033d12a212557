#if defined(__x86_64__)

#include "kernels/simd.avx512.h"

#include "kernels/body.h"
#include "kernels/tables.h"

namespace sparse_pilot {

const KernelTable & tableAvx512Vnni() {
    static const KernelTable table = makeTable("avx512-vnni");
    return table;
}

} // namespace sparse_pilot

#endif
