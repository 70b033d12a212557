#if defined(__aarch64__)

#include "kernels/simd.neon.h"

#include "kernels/body.h"
#include "kernels/tables.h"

namespace sparse_pilot {

const KernelTable & tableNeonI8mm() {
    static const KernelTable table = makeTable("neon-i8mm");
    return table;
}

} // namespace sparse_pilot

#endif
