#include "arguments.h"
#include "layout-progress.h"
#include "promise-worker.h"
#include "register.h"
#include "sparse-handle.h"

#include <atomic>
#include <memory>
#include <stdexcept>

namespace sparse_pilot::addon {
namespace {

// Builds the layouts of a model file.
class OpenEngineWorker : public PromiseWorker {
  public:
    OpenEngineWorker(Napi::Env env, std::string path, int threads, bool ownGate,
                     Napi::ThreadSafeFunction progress, std::shared_ptr<std::atomic<bool>> cancelled)
        : PromiseWorker(env), path_(std::move(path)), threads_(threads), ownGate_(ownGate),
          progress_(std::move(progress), std::move(cancelled)) {}

  protected:
    void work() override {
        sp_engine_options options = sp_engine_default_options();
        options.n_threads = threads_;
        options.own_gate = ownGate_;
        progress_.listenTo(options);
        char why[512] = "";
        engine_ = EnginePtr(sp_engine_open(path_.c_str(), &options, why, sizeof(why)), sp_engine_free);
        if (!engine_) {
            throw std::runtime_error(why);
        }
    }
    Napi::Value result(Napi::Env env) override { return wrapEngine(env, std::move(engine_)); }

  private:
    std::string path_;
    int threads_;
    bool ownGate_;
    LayoutProgress progress_;
    EnginePtr engine_;
};

// openEngine(path, threads, ownGate, onProgress) -> {done: Promise<engine>, cancel()}
Napi::Value openEngine(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    std::string path = stringArgument(info, 0, "path");
    const int32_t threads = threadsArgument(info, 1);
    const bool ownGate = info[2].ToBoolean();
    auto cancelled = std::make_shared<std::atomic<bool>>(false);
    auto * worker =
        new OpenEngineWorker(env, std::move(path), threads, ownGate, progressArgument(info, 3), cancelled);
    Napi::Object result = Napi::Object::New(env);
    result.Set("cancel",
               Napi::Function::New(env, [cancelled](const Napi::CallbackInfo &) { *cancelled = true; }));
    result.Set("done", worker->start());
    return result;
}

// engineInfo(engine) -> {layers, denseReasons, neurons, extraBytes, ffnBytes, simd}
Napi::Value engineInfo(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    const EnginePtr engine = engineArgument(info, 0);
    const int layers = sp_engine_n_layer(engine.get());
    Napi::Array reasons = Napi::Array::New(env, static_cast<size_t>(layers));
    Napi::Array neurons = Napi::Array::New(env, static_cast<size_t>(layers));
    for (int i = 0; i < layers; ++i) {
        const char * reason = sp_engine_layer_reason(engine.get(), i);
        reasons.Set(static_cast<uint32_t>(i),
                    reason == nullptr ? env.Null() : Napi::String::New(env, reason));
        neurons.Set(static_cast<uint32_t>(i), sp_engine_n_ff(engine.get(), i));
    }
    Napi::Object result = Napi::Object::New(env);
    result.Set("layers", layers);
    result.Set("denseReasons", reasons);
    result.Set("neurons", neurons);
    result.Set("extraBytes", static_cast<double>(sp_engine_extra_bytes(engine.get())));
    result.Set("columnBytes", static_cast<double>(sp_engine_column_bytes(engine.get())));
    result.Set("ffnBytes", static_cast<double>(sp_engine_ffn_bytes(engine.get())));
    return result;
}

Napi::Value simdName(const Napi::CallbackInfo & info) {
    return Napi::String::New(info.Env(), sp_simd_name());
}

} // namespace

void registerSparseEngine(Napi::Env env, Napi::Object exports) {
    exports.Set("spOpenEngine", Napi::Function::New(env, openEngine, "spOpenEngine"));
    exports.Set("spEngineInfo", Napi::Function::New(env, engineInfo, "spEngineInfo"));
    exports.Set("spSimdName", Napi::Function::New(env, simdName, "spSimdName"));
}

} // namespace sparse_pilot::addon
