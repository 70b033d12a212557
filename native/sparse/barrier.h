/** A barrier for threads that are known to be running: spins, and sleeps when it takes long. */
#pragma once

#include <atomic>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sparse_pilot {

class SpinBarrier {
  public:
    void wait(int threads) {
        if (threads == 1)
            return;
        const int generation = generation_.load(std::memory_order_acquire);
        if (arrived_.fetch_add(1, std::memory_order_acq_rel) == threads - 1) {
            arrived_.store(0, std::memory_order_relaxed);
            generation_.fetch_add(1, std::memory_order_release);
            generation_.notify_all();
            return;
        }
        for (int spins = 0; spins < maxSpins; ++spins) {
            if (generation_.load(std::memory_order_acquire) != generation)
                return;
            pause();
        }
        // More threads than free cores: sleep, so that the scheduler runs the late thread (yielding does not;
        // under load it made passes hundreds of times slower).
        generation_.wait(generation, std::memory_order_acquire);
    }

  private:
    static constexpr int maxSpins = 4000;

    static void pause() {
#if defined(__x86_64__)
        _mm_pause();
#elif defined(__aarch64__)
        __asm__ volatile("yield");
#endif
    }
    alignas(64) std::atomic<int> arrived_{0};
    alignas(64) std::atomic<int> generation_{0};
};

} // namespace sparse_pilot
