#include "cost-table.h"

#include <cmath>

namespace sparse_pilot::addon {

Napi::Function CostTable::define(Napi::Env env) {
    return DefineClass(env, "SpCostTable", {InstanceMethod("snapshot", &CostTable::snapshot)});
}

CostTable::CostTable(const Napi::CallbackInfo & info) : Napi::ObjectWrap<CostTable>(info) {}

Napi::Value CostTable::snapshot(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    auto dense = Napi::Array::New(env);
    for (int n = 1; n <= loop::CostModel::maxBatch; n++) {
        dense.Set(static_cast<std::uint32_t>(n - 1),
                  costs.measured(n) ? costs.denseMs(n).value_or(NAN) : NAN);
    }
    auto object = Napi::Object::New(env);
    object.Set("dense", dense);
    const auto ratio = costs.sparseRatio();
    object.Set("sparseRatio", ratio ? Napi::Number::New(env, *ratio) : env.Null());
    return object;
}

} // namespace sparse_pilot::addon
