#include "kernels/simd.scalar.h"

#include "kernels/body.h"
#include "kernels/tables.h"

namespace sparse_pilot {

const KernelTable & tableScalar() {
    static const KernelTable table = makeTable("scalar");
    return table;
}

} // namespace sparse_pilot
