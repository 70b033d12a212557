#if defined(__aarch64__)

#include "kernels/simd.neon.h"

#include "kernels/body.h"
#include "kernels/tables.h"

namespace sparse_pilot {

const KernelTable & tableNeonDot() {
    static const KernelTable table = makeTable("neon-dot");
    return table;
}

} // namespace sparse_pilot

#endif
