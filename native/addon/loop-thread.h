#pragma once

#include "napi.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace sparse_pilot::addon {

// The one thread on which generations run: one at a time, in order, so that contexts need no locks among
// themselves and OpenMP keeps one team of workers instead of one a libuv thread.
class LoopThread {
  public:
    struct Job {
        std::function<void()> work;      // on the thread; must not throw
        std::function<void()> interrupt; // from any thread while `work` runs: makes it return soon
    };

    // Started at first use, ended with the environment.
    static LoopThread & of(Napi::Env env);

    void post(Job job);

    LoopThread();
    ~LoopThread();
    LoopThread(const LoopThread &) = delete;
    LoopThread & operator=(const LoopThread &) = delete;

  private:
    void serve();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;
    std::function<void()> interrupt_;
    bool ending_ = false;
    std::thread thread_;
};

} // namespace sparse_pilot::addon
