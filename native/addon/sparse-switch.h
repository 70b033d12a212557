#pragma once

#include "llama/llama-decoder.h"
#include "sparse-handle.h"

#include <cstdint>

namespace sparse_pilot::addon {

// How the loop turns the sparse graph of a context on and off for one sequence; empty functions for a null
// context.
loop::SparseSwitch sparseSwitch(SparseContextPtr sparse, std::int32_t sequence);

} // namespace sparse_pilot::addon
