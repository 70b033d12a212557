#include "arguments.h"
#include "layout-progress.h"
#include "promise-worker.h"
#include "register.h"
#include "sparse-handle.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>

namespace sparse_pilot::addon {
namespace {

// Builds the layouts of input-sparse linears of an engine, off the JavaScript thread.
class BuildColumnsWorker : public PromiseWorker {
  public:
    BuildColumnsWorker(Napi::Env env, EnginePtr engine, std::string path, int threads,
                       Napi::ThreadSafeFunction progress, std::shared_ptr<std::atomic<bool>> cancelled)
        : PromiseWorker(env), engine_(std::move(engine)), path_(std::move(path)), threads_(threads),
          progress_(std::move(progress), std::move(cancelled)) {}

  protected:
    void work() override {
        sp_engine_options options = sp_engine_default_options();
        options.n_threads = threads_;
        progress_.listenTo(options);
        char why[512] = "";
        if (!sp_engine_build_columns(engine_.get(), path_.c_str(), &options, why, sizeof(why))) {
            throw std::runtime_error(why);
        }
    }
    Napi::Value result(Napi::Env env) override { return env.Undefined(); }

  private:
    EnginePtr engine_;
    std::string path_;
    int threads_;
    LayoutProgress progress_;
};

// buildColumns(engine, path, threads, onProgress) -> {done: Promise<void>, cancel()}
Napi::Value buildColumns(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    EnginePtr engine = engineArgument(info, 0);
    std::string path = stringArgument(info, 1, "path");
    const int32_t threads = threadsArgument(info, 2);
    auto cancelled = std::make_shared<std::atomic<bool>>(false);
    auto * worker = new BuildColumnsWorker(env, std::move(engine), std::move(path), threads,
                                           progressArgument(info, 3), cancelled);
    Napi::Object result = Napi::Object::New(env);
    result.Set("cancel",
               Napi::Function::New(env, [cancelled](const Napi::CallbackInfo &) { *cancelled = true; }));
    result.Set("done", worker->start());
    return result;
}

// keptInputs(context, sequence, layer, role) -> Int32Array: the channels that the last pass of a linear kept
Napi::Value keptInputs(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    const SparseContextPtr sparse = requireSparseContext(info, 0);
    const auto sequences = static_cast<int32_t>(llama_n_seq_max(sparse->context()));
    const sp_session * session = sparse->session(integerArgument(info, 1, "sequence", 0, sequences - 1));
    const int32_t layer = integerArgument(info, 2, "layer", 0, sparse->layers() - 1);
    const auto role = static_cast<sp_linear_role>(integerArgument(info, 3, "role", 0, SP_LINEARS - 1));
    const int count = sp_linear_kept(session, layer, role, nullptr, 0);
    Napi::Int32Array ids = Napi::Int32Array::New(env, static_cast<size_t>(count));
    sp_linear_kept(session, layer, role, ids.Data(), count);
    return ids;
}

} // namespace

void registerColumns(Napi::Env env, Napi::Object exports) {
    exports.Set("spBuildColumns", Napi::Function::New(env, buildColumns, "spBuildColumns"));
    exports.Set("spKeptInputs", Napi::Function::New(env, keptInputs, "spKeptInputs"));
}

} // namespace sparse_pilot::addon
