#pragma once

#include "attention/attention.h"

namespace sparse_pilot {

/** The widest head that the kernels have room for. */
constexpr int widestHead = 256;

// One for each instruction set, each built from the one source in rows.h.
AttentionKernels attentionAvx2();
AttentionKernels attentionAvx512();

} // namespace sparse_pilot
