#pragma once

#include <chrono>

namespace sparse_pilot::loop {

/** Milliseconds that ran between start and stop, over several of them. */
class Stopwatch {
  public:
    void start() { since_ = Clock::now(); }
    void stop() { total_ += elapsed(); }
    /** Total while running. */
    double now() const { return total_ + elapsed(); }
    double total() const { return total_; }

  private:
    using Clock = std::chrono::steady_clock;
    double elapsed() const {
        return std::chrono::duration<double, std::milli>(Clock::now() - since_).count();
    }

    Clock::time_point since_{};
    double total_ = 0;
};

} // namespace sparse_pilot::loop
