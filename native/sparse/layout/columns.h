/** A matrix by input channel (layout/planes.h): what a product reads that skips input channels. */
#pragma once

#include "layout/arena.h"
#include "layout/planes.h"
#include "sparse-pilot.h"

#include <cstdint>
#include <vector>

namespace sparse_pilot {

struct FfnLayout;

/** Owns its bytes, or looks at the down rows of an FFN layout, which must then outlive it. */
struct ColumnLayout {
    PlaneShape shape;
    int inputs = 0;
    const uint8_t * rows = nullptr; /**< the weights of input 0 */
    size_t stride = 0;              /**< bytes from one input to the next */
    const uint8_t * planes = nullptr;
    std::vector<float> norms; /**< inputs: the L2 norm of each input's weights */
    Arena ownRows, ownPlanes;
    uint64_t sourceBytes = 0; /**< of the matrix in the file */

    const uint8_t * rowAt(int input) const { return rows + static_cast<size_t>(input) * stride; }
    uint64_t weights() const { return static_cast<uint64_t>(inputs) * static_cast<uint64_t>(shape.n); }
    uint64_t extraBytes() const { return ownRows.size() + ownPlanes.size(); }
};

/** Throws std::runtime_error when the type has no layout or the shape is bad, std::bad_alloc. */
ColumnLayout buildColumns(const sp_tensor & weights);

/** The down projection of an FFN, without a copy. */
ColumnLayout columnsOfDown(const FfnLayout & layout);

} // namespace sparse_pilot
