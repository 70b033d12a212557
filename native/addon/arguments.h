#pragma once

#include "AddonContext.h"
#include "napi.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sparse_pilot::addon {

// Readers of call arguments. Each throws a Napi::Error (TypeError or RangeError) that names the argument;
// never returns null.

AddonContext & contextArgument(const Napi::CallbackInfo & info, size_t index);
int32_t integerArgument(const Napi::CallbackInfo & info, size_t index, const char * name, int32_t min,
                        int32_t max);
// Threads that build layouts: any number of a machine's, of which at most 64 work.
int32_t threadsArgument(const Napi::CallbackInfo & info, size_t index);
std::string stringArgument(const Napi::CallbackInfo & info, size_t index, const char * name);
// Token ids below the vocabulary's size.
std::vector<int32_t> tokensArgument(const Napi::CallbackInfo & info, size_t index, AddonContext & context);

} // namespace sparse_pilot::addon
