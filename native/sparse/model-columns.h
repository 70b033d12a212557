/** The linears of a model by input channel: attention's and the FFN's projections, of every layer. */
#pragma once

#include "layout/columns.h"

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sparse_pilot {

class Engine;
class GgufSource;

struct ColumnsOfLinear {
    std::unique_ptr<ColumnLayout> layout; /**< null: the layer has no such linear, or it stays dense */
    uint64_t weights = 0;                 /**< 0: the layer has no such linear */
    std::string reason;                   /**< why an existing linear stays dense */
};

using ColumnsOfLayer = std::array<ColumnsOfLinear, SP_LINEARS>;

class ModelColumns {
  public:
    /**
     * Copies every linear of the file's layers; down projections that `engine` has are looked at instead. A
     * layer with experts has no columns. Throws std::runtime_error ("cancelled" when progress returns false)
     * or std::bad_alloc.
     */
    ModelColumns(const Engine & engine, const GgufSource & source, const sp_engine_options & options);

    const ColumnsOfLayer & layer(int i) const { return layers_[static_cast<size_t>(i)]; }
    uint64_t extraBytes() const;

  private:
    std::vector<ColumnsOfLayer> layers_;
};

} // namespace sparse_pilot
