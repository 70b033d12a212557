#pragma once

#include "AddonContext.h"
#include "napi.h"
#include "sparse-context.h"

#include <memory>

namespace sparse_pilot::addon {

// The sparse engine attached to a context. It hangs on the context's JavaScript object, so it lives as long
// as that; a worker that uses it keeps the pointer.
using SparseContextPtr = std::shared_ptr<SparseContext>;

// Null when nothing is attached. Throws a Napi::Error when the argument is no living context.
SparseContextPtr sparseContextOf(const Napi::CallbackInfo & info, size_t index);
// Throws a Napi::Error when nothing is attached.
SparseContextPtr requireSparseContext(const Napi::CallbackInfo & info, size_t index);
void attachSparseContext(const Napi::CallbackInfo & info, size_t index, EnginePtr engine);
void detachSparseContext(const Napi::CallbackInfo & info, size_t index);

Napi::Value wrapEngine(Napi::Env env, EnginePtr engine);
EnginePtr engineArgument(const Napi::CallbackInfo & info, size_t index);
Napi::Value wrapProfile(Napi::Env env, ProfilePtr profile);
ProfilePtr profileArgument(const Napi::CallbackInfo & info, size_t index);

} // namespace sparse_pilot::addon
