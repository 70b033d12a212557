#include "register.h"

void sparsePilotRegister(Napi::Env env, Napi::Object exports) {
    using namespace sparse_pilot::addon;
    registerLoop(env, exports);
    registerEvaluate(env, exports);
    registerDivergence(env, exports);
    registerSparseEngine(env, exports);
    registerSparsity(env, exports);
    registerColumns(env, exports);
    registerProfile(env, exports);
}
