/** One accessor for each instruction set's table; which may be called is for dispatch.cpp to know. */
#pragma once

#include "kernels/kernel-table.h"

namespace sparse_pilot {

const KernelTable & tableAvx512Vnni();
const KernelTable & tableAvx512();
const KernelTable & tableAvx2();
const KernelTable & tableNeon();
const KernelTable & tableNeonDot();
const KernelTable & tableNeonI8mm();
const KernelTable & tableScalar();

} // namespace sparse_pilot
