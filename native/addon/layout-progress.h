#pragma once

#include "napi.h"
#include "sparse-pilot.h"

#include <atomic>
#include <memory>

namespace sparse_pilot::addon {

// How far the building of layouts is, told to JavaScript in steps of one percent; and whether it should end.
class LayoutProgress {
  public:
    LayoutProgress(Napi::ThreadSafeFunction callback, std::shared_ptr<std::atomic<bool>> cancelled);
    ~LayoutProgress();
    LayoutProgress(const LayoutProgress &) = delete;
    LayoutProgress & operator=(const LayoutProgress &) = delete;

    // The options may be used as long as this object lives, in its place.
    void listenTo(sp_engine_options & options);

  private:
    bool report(float done);

    Napi::ThreadSafeFunction callback_;
    std::shared_ptr<std::atomic<bool>> cancelled_;
    int percent_ = -1;
};

// A function that takes 0..1.
Napi::ThreadSafeFunction progressArgument(const Napi::CallbackInfo & info, size_t index);

} // namespace sparse_pilot::addon
