#pragma once

#include "llama/llama-decoder.h"
#include "sparse-handle.h"

#include <cstdint>

namespace sparse_pilot::addon {

// How the loop switches a context between its graphs for one sequence. `sparse` may be null: then only the
// products of weights and tokens can change, and with Products::upstream nothing can.
loop::GraphSwitch graphSwitch(llama_context * ctx, SparseContextPtr sparse, std::int32_t sequence,
                              Products products);

} // namespace sparse_pilot::addon
