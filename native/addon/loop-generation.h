#pragma once

#include "AddonContext.h"
#include "cost-table.h"
#include "generation.h"
#include "llama/llama-decoder.h"
#include "napi.h"
#include "sparse-handle.h"

#include <memory>
#include <utility>

namespace sparse_pilot::addon {

// A generation of the native loop. JavaScript (src/engine/correction/binding.ts):
// new SpGeneration(context, costTable, {sequence, prompt, cached, sources, options, sampling, products})
class LoopGeneration : public Napi::ObjectWrap<LoopGeneration> {
  public:
    static Napi::Function define(Napi::Env env);
    explicit LoopGeneration(const Napi::CallbackInfo & info);
    ~LoopGeneration() override;

  private:
    // Everything the loop's thread touches; outlives this object until the thread is done with it.
    struct State {
        // costs: null where what passes cost is nobody's concern
        State(loop::LlamaDecoder::Place place, loop::CostModel * costs, loop::Generation::Start start)
            : decoder(std::move(place)), generation(decoder, costs ? *costs : own, std::move(start)) {}

        loop::CostModel own;
        loop::LlamaDecoder decoder;
        loop::Generation generation;
    };

    // run(onBatch, onPrefill) -> Promise<"paused" | "finished">
    Napi::Value run(const Napi::CallbackInfo & info);
    void pause(const Napi::CallbackInfo & info);
    // end("cancelled" | "stop-rule")
    void end(const Napi::CallbackInfo & info);
    // close() -> Promise<void>: leaves only dense cells of a paused or never started generation
    Napi::Value close(const Napi::CallbackInfo & info);
    // result() -> object; not while it runs
    Napi::Value result(const Napi::CallbackInfo & info);

    void requireIdle(Napi::Env env) const;

    AddonContext & context_;
    CostTable & costs_;
    std::shared_ptr<State> state_;
    SparseContextPtr sparse_;
    std::int32_t sequence_ = 0;
    bool running_ = false;
};

} // namespace sparse_pilot::addon
