#include "layout-progress.h"

#include <utility>

namespace sparse_pilot::addon {

LayoutProgress::LayoutProgress(Napi::ThreadSafeFunction callback,
                               std::shared_ptr<std::atomic<bool>> cancelled)
    : callback_(std::move(callback)), cancelled_(std::move(cancelled)) {}

LayoutProgress::~LayoutProgress() { callback_.Release(); }

void LayoutProgress::listenTo(sp_engine_options & options) {
    options.progress = [](float done, void * user) {
        return static_cast<LayoutProgress *>(user)->report(done);
    };
    options.progress_user = this;
}

bool LayoutProgress::report(float done) {
    const int percent = static_cast<int>(done * 100.0f);
    if (percent != percent_) {
        percent_ = percent;
        callback_.NonBlockingCall([done](Napi::Env env, Napi::Function callback) {
            callback.Call({Napi::Number::New(env, static_cast<double>(done))});
        });
    }
    return !*cancelled_;
}

Napi::ThreadSafeFunction progressArgument(const Napi::CallbackInfo & info, size_t index) {
    if (!info[index].IsFunction()) {
        throw Napi::TypeError::New(info.Env(), "onProgress must be a function");
    }
    return Napi::ThreadSafeFunction::New(info.Env(), info[index].As<Napi::Function>(), "sparse-pilot layouts",
                                         0, 1);
}

} // namespace sparse_pilot::addon
