/** The layouts of one model, built once and shared. */
#pragma once

#include "layout/ffn.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace sparse_pilot {

struct LoadedFfn;
class GgufSource;
class ModelColumns;

class Engine {
  public:
    using Loader = std::function<LoadedFfn(int layer)>;

    /** Builds every layer that can be. Throws std::runtime_error (with "cancelled", or when no layer is
     * left). */
    Engine(int layers, const Loader & load, const sp_engine_options & options);
    ~Engine();

    /** Adds the layouts of input-sparse linears; the first ones stay. Throws as ModelColumns does; may be
     * called while passes run. */
    void buildColumns(const GgufSource & source, const sp_engine_options & options);
    /** Null before buildColumns; then valid as long as the engine. */
    const ModelColumns * columns() const;

    int layers() const { return static_cast<int>(layers_.size()); }
    /** Null when the layer stays dense. */
    const FfnLayout * layer(int i) const {
        return i >= 0 && i < layers() ? layers_[static_cast<size_t>(i)].layout.get() : nullptr;
    }
    /** Empty when the layer has layouts. */
    const std::string & reason(int i) const { return layers_[static_cast<size_t>(i)].reason; }
    uint64_t extraBytes() const;
    uint64_t columnBytes() const;
    uint64_t sourceBytes() const;

  private:
    struct Layer {
        std::unique_ptr<FfnLayout> layout;
        std::string reason;
    };
    std::vector<Layer> layers_;
    mutable std::mutex columnsMutex_;
    std::unique_ptr<const ModelColumns> columns_;
};

} // namespace sparse_pilot
