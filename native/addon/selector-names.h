#pragma once

#include "napi.h"
#include "sparse-pilot.h"

#include <string>

namespace sparse_pilot::addon {

// The table between sp_selector and the contract's names (src/contract/modes.ts).
// Throws a Napi::RangeError for a name that is none.
sp_selector selectorOf(const Napi::Env & env, const std::string & name);

} // namespace sparse_pilot::addon
