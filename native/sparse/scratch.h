/** One thread's private memory for passes; grown by its own thread, so that it lies near it. */
#pragma once

#include "kernels/kernel-table.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace sparse_pilot {

/** 64-byte aligned floats or bytes. */
template <typename T> class AlignedBuffer {
  public:
    /** At least n elements; contents are lost (and zeroed) when it grows. */
    T * ensure(size_t n) {
        if (n > size_) {
            memory_.reset(static_cast<T *>(::operator new (n * sizeof(T), std::align_val_t{64})));
            std::fill_n(memory_.get(), n, T{});
            size_ = n;
        }
        return memory_.get();
    }
    T * data() const { return memory_.get(); }
    size_t size() const { return size_; }

  private:
    struct Release {
        void operator()(T * p) const { ::operator delete (p, std::align_val_t{64}); }
    };
    std::unique_ptr<T, Release> memory_;
    size_t size_ = 0;
};

/** An activation arranged for one block size; zero beyond its end up to a whole tile. */
class ArrangedActivation {
  public:
    const BlockedActivation & set(const KernelTable & kernels, const float * x, int n, int block);

  private:
    AlignedBuffer<int8_t> q_;
    AlignedBuffer<float> scale_, sum_, scaledSum_;
    BlockedActivation view_;
    int blocks_ = 0;
};

struct ThreadScratch {
    ArrangedActivation by32, by16;
    ActivationView x;
    std::vector<int32_t> ids;
    std::vector<float> scores;
    std::vector<float> candidates;
    AlignedBuffer<float> y;
    size_t planeBytes = 0;                       /**< read by this thread in the last pass */
    AlignedBuffer<float> importance, upSum, row; /**< of observations */
};

} // namespace sparse_pilot
