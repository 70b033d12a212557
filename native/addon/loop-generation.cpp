#include "loop-generation.h"

#include "arguments.h"
#include "generation-options.h"
#include "graph-switch.h"
#include "llama/chain-sampler.h"
#include "loop-progress.h"
#include "loop-result.h"
#include "loop-thread.h"
#include "register.h"

#include <stdexcept>
#include <utility>

namespace sparse_pilot::addon {
namespace {

// The JavaScript side of one `run`: a queue onto the main thread that also carries the answer, so that the
// promise settles after the last batch.
class Stream : public loop::Sink {
  public:
    Stream(Napi::Env env, const Napi::Function & onBatch, const Napi::Function & onPrefill,
           ProgressMeter meter)
        : deferred_(Napi::Promise::Deferred::New(env)), onPrefill_(Napi::Persistent(onPrefill)),
          meter_(std::move(meter)),
          queue_(Napi::ThreadSafeFunction::New(env, onBatch, "sparse-pilot loop", 0, 1)) {}

    Napi::Promise promise() const { return deferred_.Promise(); }

    void deliver(loop::Batch batch) override {
        queue_.NonBlockingCall(new Delivery{std::move(batch), meter_.take()},
                               [](Napi::Env env, Napi::Function onBatch, Delivery * raw) {
                                   const std::unique_ptr<Delivery> delivery(raw);
                                   if (env == nullptr) {
                                       return;
                                   }
                                   Napi::Object object = batchObject(env, delivery->batch);
                                   if (delivery->progress) {
                                       object.Set("progress", progressObject(env, *delivery->progress));
                                   }
                                   onBatch.Call({object});
                               });
    }

    void prefilled(int done, int total) override {
        queue_.NonBlockingCall([this, done, total](Napi::Env env, Napi::Function) {
            if (env != nullptr) {
                onPrefill_.Call({Napi::Number::New(env, done), Napi::Number::New(env, total)});
            }
        });
    }

    // The last call: `settle` runs on the main thread, then this object is gone.
    void finish(std::function<void(Napi::Env, Napi::Promise::Deferred &)> settle) {
        Napi::ThreadSafeFunction queue = queue_;
        queue.NonBlockingCall([this, settle = std::move(settle)](Napi::Env env, Napi::Function) {
            const std::unique_ptr<Stream> self(this);
            if (env != nullptr) {
                settle(env, deferred_);
            }
        });
        queue.Release();
    }

  private:
    struct Delivery {
        loop::Batch batch;
        std::optional<LoopProgress> progress;
    };

    Napi::Promise::Deferred deferred_;
    Napi::FunctionReference onPrefill_;
    ProgressMeter meter_;
    Napi::ThreadSafeFunction queue_;
};

loop::Tokens tokensOf(const Napi::Value & value, const llama_vocab * vocab) {
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array) {
        throw Napi::TypeError::New(value.Env(), "tokens must be a Uint32Array");
    }
    const auto array = value.As<Napi::Uint32Array>();
    const auto size = static_cast<std::uint32_t>(llama_vocab_n_tokens(vocab));
    loop::Tokens tokens;
    tokens.reserve(array.ElementLength());
    for (std::size_t i = 0; i < array.ElementLength(); i++) {
        if (array[i] >= size) {
            throw Napi::RangeError::New(value.Env(),
                                        "token " + std::to_string(array[i]) + " is not in the vocabulary");
        }
        tokens.push_back(static_cast<loop::Token>(array[i]));
    }
    return tokens;
}

} // namespace

Napi::Function LoopGeneration::define(Napi::Env env) {
    return DefineClass(
        env, "SpGeneration",
        {InstanceMethod("run", &LoopGeneration::run), InstanceMethod("pause", &LoopGeneration::pause),
         InstanceMethod("end", &LoopGeneration::end), InstanceMethod("close", &LoopGeneration::close),
         InstanceMethod("result", &LoopGeneration::result)});
}

LoopGeneration::LoopGeneration(const Napi::CallbackInfo & info)
    : Napi::ObjectWrap<LoopGeneration>(info), context_(contextArgument(info, 0)),
      costs_(*CostTable::Unwrap(info[1].As<Napi::Object>())) {
    const auto parameters = info[2].As<Napi::Object>();
    const llama_vocab * vocab = llama_model_get_vocab(llama_get_model(context_.ctx));
    const auto sequence = parameters.Get("sequence").As<Napi::Number>().Int32Value();
    if (sequence < 0 || sequence >= static_cast<std::int32_t>(llama_n_seq_max(context_.ctx))) {
        throw Napi::RangeError::New(info.Env(), "the context has no such sequence");
    }
    loop::Tokens prompt = tokensOf(parameters.Get("prompt"), vocab);
    if (prompt.empty() || prompt.size() > llama_n_ctx_seq(context_.ctx)) {
        throw Napi::RangeError::New(info.Env(), "the prompt must have 1 to " +
                                                    std::to_string(llama_n_ctx_seq(context_.ctx)) +
                                                    " tokens");
    }
    std::vector<loop::Tokens> sources;
    const auto sourceArrays = parameters.Get("sources").As<Napi::Array>();
    for (std::uint32_t i = 0; i < sourceArrays.Length(); i++) {
        sources.push_back(tokensOf(sourceArrays.Get(i), vocab));
    }
    const auto cached = parameters.Get("cached").As<Napi::Number>().Int32Value();
    std::unique_ptr<loop::Sampler> sampler;
    try {
        sampler = std::make_unique<loop::ChainSampler>(
            vocab, readSampling(parameters.Get("sampling").As<Napi::Object>()));
    } catch (const std::invalid_argument & error) {
        throw Napi::Error::New(info.Env(), error.what());
    }
    loop::Options options = readOptions(parameters.Get("options").As<Napi::Object>());
    options.stopTokens = tokensOf(parameters.Get("stopTokens"), vocab);
    const auto moved = parameters.Get("moved").As<Napi::Object>();
    loop::Generation::Start start;
    start.options = std::move(options);
    start.sampler = std::move(sampler);
    start.prompt = std::move(prompt);
    start.cached = cached;
    start.exact = parameters.Get("exact").As<Napi::Number>().Int32Value();
    start.moved = {moved.Get("gap").As<Napi::Number>().Int32Value(),
                   moved.Get("count").As<Napi::Number>().Int32Value()};
    start.draftSources = std::move(sources);
    start.configuration = parameters.Get("sparsityKey").ToString().Utf8Value();
    start.sequence = sequence;
    sparse_ = sparseContextOf(info, 0);
    sequence_ = sequence;
    const bool upstream = parameters.Get("products").ToString().Utf8Value() == "upstream";
    const Products products = upstream ? Products::upstream : Products::batch;
    state_ = std::make_shared<State>(
        loop::LlamaDecoder::Place{context_.ctx, sequence,
                                  graphSwitch(context_.ctx, sparse_, sequence, products)},
        upstream ? nullptr : &costs_.costs, std::move(start));
    context_.Ref();
    costs_.Ref();
}

LoopGeneration::~LoopGeneration() {
    context_.Unref();
    costs_.Unref();
}

void LoopGeneration::requireIdle(Napi::Env env) const {
    if (running_) {
        throw Napi::Error::New(env, "the generation is running");
    }
    if (context_.disposed || context_.ctx == nullptr) {
        throw Napi::Error::New(env, "the context is disposed");
    }
}

Napi::Value LoopGeneration::run(const Napi::CallbackInfo & info) {
    requireIdle(info.Env());
    auto * stream = new Stream(info.Env(), info[0].As<Napi::Function>(), info[1].As<Napi::Function>(),
                               ProgressMeter(state_->generation, sparse_, sequence_));
    const Napi::Promise promise = stream->promise();
    running_ = true;
    Ref();
    context_.sharedSamplerData.gotLogit = false;
    context_.sharedSamplerData.hasLogits = false;
    state_->generation.clearPause();
    const std::shared_ptr<State> state = state_;
    const auto work = [this, state, stream] {
        const loop::Ending ending = state->generation.run(*stream);
        stream->finish([this, state, ending](Napi::Env env, Napi::Promise::Deferred & deferred) {
            running_ = false;
            if (ending == loop::Ending::failed) {
                deferred.Reject(Napi::Error::New(env, state->generation.failure()).Value());
            } else {
                deferred.Resolve(
                    Napi::String::New(env, ending == loop::Ending::paused ? "paused" : "finished"));
            }
            Unref();
        });
    };
    LoopThread::of(info.Env()).post({work, [state] { state->generation.request(loop::Request::cancel); }});
    return promise;
}

void LoopGeneration::pause(const Napi::CallbackInfo &) { state_->generation.request(loop::Request::pause); }

void LoopGeneration::end(const Napi::CallbackInfo & info) {
    const bool rule = info[0].ToString().Utf8Value() == "stop-rule";
    state_->generation.request(rule ? loop::Request::stopRule : loop::Request::cancel);
}

Napi::Value LoopGeneration::close(const Napi::CallbackInfo & info) {
    if (context_.disposed || context_.ctx == nullptr) {
        auto done = Napi::Promise::Deferred::New(info.Env());
        done.Resolve(info.Env().Undefined());
        return done.Promise();
    }
    const Napi::Function nothing = Napi::Function::New(info.Env(), [](const Napi::CallbackInfo &) {});
    auto * stream =
        new Stream(info.Env(), nothing, nothing, ProgressMeter(state_->generation, sparse_, sequence_));
    const Napi::Promise promise = stream->promise();
    Ref();
    const std::shared_ptr<State> state = state_;
    state->generation.request(loop::Request::cancel);
    const auto work = [this, state, stream] {
        state->generation.close();
        stream->finish([this](Napi::Env env, Napi::Promise::Deferred & deferred) {
            deferred.Resolve(env.Undefined());
            Unref();
        });
    };
    LoopThread::of(info.Env()).post({work, nullptr});
    return promise;
}

Napi::Value LoopGeneration::result(const Napi::CallbackInfo & info) {
    if (running_) {
        throw Napi::Error::New(info.Env(), "the generation is running");
    }
    return resultObject(info.Env(), state_->generation);
}

void registerLoop(Napi::Env env, Napi::Object exports) {
    exports.Set("SpCostTable", CostTable::define(env));
    exports.Set("SpGeneration", LoopGeneration::define(env));
}

} // namespace sparse_pilot::addon
