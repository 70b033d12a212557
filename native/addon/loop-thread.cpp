#include "loop-thread.h"

#include <memory>
#include <utility>

namespace sparse_pilot::addon {

LoopThread & LoopThread::of(Napi::Env env) {
    // one environment loads this addon in a process (see src/engine/native): a static pointer is enough
    static std::unique_ptr<LoopThread> thread;
    if (!thread) {
        thread = std::make_unique<LoopThread>();
        env.AddCleanupHook([] { thread.reset(); });
    }
    return *thread;
}

LoopThread::LoopThread() : thread_([this] { serve(); }) {}

LoopThread::~LoopThread() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ending_ = true;
        if (interrupt_) {
            interrupt_();
        }
    }
    wake_.notify_all();
    thread_.join();
}

void LoopThread::post(Job job) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
}

void LoopThread::serve() {
    while (true) {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
        if (ending_) {
            return;
        }
        const Job job = std::move(jobs_.front());
        jobs_.pop_front();
        interrupt_ = job.interrupt;
        lock.unlock();
        job.work();
        lock.lock();
        interrupt_ = nullptr;
    }
}

} // namespace sparse_pilot::addon
