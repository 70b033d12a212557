#pragma once

#include "generation.h"
#include "napi.h"

namespace sparse_pilot::addon {

Napi::Object batchObject(Napi::Env env, const loop::Batch & batch);
Napi::Object resultObject(Napi::Env env, const loop::Generation & generation);

} // namespace sparse_pilot::addon
