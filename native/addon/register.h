#pragma once

#include "napi.h"

namespace sparse_pilot::addon {

// One of these a file; each puts its own functions on the addon's exports. Listed in register.cpp.
void registerColumns(Napi::Env env, Napi::Object exports);
void registerDivergence(Napi::Env env, Napi::Object exports);
void registerLoop(Napi::Env env, Napi::Object exports);
void registerEvaluate(Napi::Env env, Napi::Object exports);
void registerProfile(Napi::Env env, Napi::Object exports);
void registerSparseEngine(Napi::Env env, Napi::Object exports);
void registerSparsity(Napi::Env env, Napi::Object exports);

} // namespace sparse_pilot::addon

// Called once from node-llama-cpp's addon.cpp (native/patches/addon-0001-register.diff).
void sparsePilotRegister(Napi::Env env, Napi::Object exports);
