#pragma once

#include "cost-model.h"
#include "napi.h"

namespace sparse_pilot::addon {

// What passes of one context cost on this machine, shared by its generations. JavaScript: new SpCostTable().
class CostTable : public Napi::ObjectWrap<CostTable> {
  public:
    static Napi::Function define(Napi::Env env);
    explicit CostTable(const Napi::CallbackInfo & info);

    // Read on the loop's thread only.
    loop::CostModel costs;

  private:
    // snapshot() -> {dense: number[], sparse: number | null}: milliseconds by tokens a pass, NaN where never
    // measured, and c. Not while a generation runs.
    Napi::Value snapshot(const Napi::CallbackInfo & info);
};

} // namespace sparse_pilot::addon
