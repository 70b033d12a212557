#if defined(__x86_64__)

#include "kernels/simd.avx2.h"

#include "kernels/body.h"
#include "kernels/tables.h"

namespace sparse_pilot {

const KernelTable & tableAvx2() {
    static const KernelTable table = makeTable("avx2");
    return table;
}

} // namespace sparse_pilot

#endif
