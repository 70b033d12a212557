#include "register.h"

void sparsePilotRegister(Napi::Env env, Napi::Object exports) {
    using namespace sparse_pilot::addon;
    registerEvaluate(env, exports);
    registerDivergence(env, exports);
}
