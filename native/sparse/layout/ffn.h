/** The sparse layouts of one FFN layer: what a T = 1 pass reads instead of ggml's tensors. */
#pragma once

#include "layout/arena.h"
#include "layout/planes.h"
#include "layout/rows.h"
#include "sparse-pilot.h"

#include <string>
#include <vector>

namespace sparse_pilot {

/**
 * The selecting rows are those whose products decide which neurons matter: the gate's, or the up matrix's
 * where there is no gate. A record is what is read for a kept neuron: [up row | down row] (gated) or
 * [down row]; with SP_RECORD_TRIPLE the selecting row lies in front of them.
 */
struct FfnLayout {
    int d = 0;
    int f = 0;
    bool gated = false;
    RowShape selectingRow;
    RowShape upRow;
    PlaneShape down;
    size_t recordStride = 0;
    size_t upOffset = 0;        /**< of the up row in a record */
    size_t downOffset = 0;      /**< of the down row in a record */
    size_t selectingStride = 0; /**< from one selecting row to the next; 0: ggml's gate is to be used */
    Arena selecting;            /**< selecting rows, unless they lie in the records */
    Arena records;
    Arena planes;
    std::vector<float> selectingBias; /**< empty or f */
    std::vector<float> upBias;        /**< empty or f */
    std::vector<float> downNorm;      /**< f: L2 norm of each neuron's down column */
    uint64_t sourceBytes = 0;
    uint64_t downSourceBytes = 0;

    bool hasSelectingRows() const { return selectingStride > 0; }
    bool selectingInRecords() const { return hasSelectingRows() && selecting.size() == 0; }
    uint64_t extraBytes() const { return selecting.size() + records.size() + planes.size(); }
    const uint8_t * selectingAt(int neuron) const {
        return (selectingInRecords() ? records : selecting).data() +
               static_cast<size_t>(neuron) * selectingStride;
    }
    const uint8_t * recordAt(int neuron) const {
        return records.data() + static_cast<size_t>(neuron) * recordStride;
    }
    const uint8_t * upAt(int neuron) const { return recordAt(neuron) + upOffset; }
    const uint8_t * downAt(int neuron) const { return recordAt(neuron) + downOffset; }
    /** Bytes read for one kept neuron, with or without its selecting row. */
    size_t keptBytes(bool withSelecting) const {
        const size_t rows = (gated ? upRow.stride : 0) + down.rowBytes;
        return withSelecting ? rows + selectingRow.stride : rows;
    }
};

/** Empty when the weights can be laid out, otherwise why not. */
std::string whyNotSparse(const sp_ffn_weights & weights);

/** The weights must have passed whyNotSparse. Throws std::bad_alloc. */
FfnLayout buildFfnLayout(const sp_ffn_weights & weights, const sp_engine_options & options);

} // namespace sparse_pilot
