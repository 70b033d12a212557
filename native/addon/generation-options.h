#pragma once

#include "llama/chain-sampler.h"
#include "napi.h"
#include "types.h"

namespace sparse_pilot::addon {

// Readers of the options object of spGeneration (src/engine/correction/binding.ts). Every field is there and
// has been checked by the TypeScript side; a wrong type throws a Napi::TypeError that names the field.

loop::Options readOptions(const Napi::Object & object);
loop::Sampling readSampling(const Napi::Object & object);

} // namespace sparse_pilot::addon
