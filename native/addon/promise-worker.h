#pragma once

#include "napi.h"

#include <exception>

namespace sparse_pilot::addon {

// Work on a libuv thread whose outcome settles a promise. Subclasses do `work` (off the JavaScript thread,
// may throw std::exception) and `result` (on it).
class PromiseWorker : public Napi::AsyncWorker {
  public:
    explicit PromiseWorker(Napi::Env env)
        : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)) {}

    Napi::Promise start() {
        const Napi::Promise promise = deferred_.Promise();
        Queue();
        return promise;
    }

  protected:
    virtual void work() = 0;
    virtual Napi::Value result(Napi::Env env) = 0;

    void Execute() final {
        try {
            work();
        } catch (const std::exception & error) {
            SetError(error.what());
        }
    }
    void OnOK() final { deferred_.Resolve(result(Env())); }
    void OnError(const Napi::Error & error) final { deferred_.Reject(error.Value()); }

  private:
    Napi::Promise::Deferred deferred_;
};

} // namespace sparse_pilot::addon
