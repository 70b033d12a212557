/** The layouts of one model, built once and shared. */
#pragma once

#include "layout/ffn.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sparse_pilot {

struct LoadedFfn;

class Engine {
  public:
    using Loader = std::function<LoadedFfn(int layer)>;

    /** Builds every layer that can be. Throws std::runtime_error (with "cancelled", or when no layer is
     * left). */
    Engine(int layers, const Loader & load, const sp_engine_options & options);

    int layers() const { return static_cast<int>(layers_.size()); }
    /** Null when the layer stays dense. */
    const FfnLayout * layer(int i) const {
        return i >= 0 && i < layers() ? layers_[static_cast<size_t>(i)].layout.get() : nullptr;
    }
    /** Empty when the layer has layouts. */
    const std::string & reason(int i) const { return layers_[static_cast<size_t>(i)].reason; }
    uint64_t extraBytes() const;
    uint64_t sourceBytes() const;

  private:
    struct Layer {
        std::unique_ptr<FfnLayout> layout;
        std::string reason;
    };
    std::vector<Layer> layers_;
};

} // namespace sparse_pilot
