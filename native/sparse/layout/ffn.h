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
 * `selecting` holds the rows whose products decide which neurons matter (the gate; the up matrix where there
 * is no gate). `records` holds, neuron after neuron, [up row | down row] (gated) or [down row]: what is read
 * for a kept neuron only.
 */
struct FfnLayout {
    int d = 0;
    int f = 0;
    bool gated = false;
    RowShape selectingRow;
    RowShape upRow;
    PlaneShape down;
    size_t recordStride = 0;
    size_t downOffset = 0; /**< of the down row in a record */
    Arena selecting;       /**< empty when ggml's gate is to be used */
    Arena records;
    Arena planes;
    std::vector<float> selectingBias; /**< empty or f */
    std::vector<float> upBias;        /**< empty or f */
    std::vector<float> downNorm;      /**< f: L2 norm of each neuron's down column */
    uint64_t sourceBytes = 0;

    uint64_t extraBytes() const { return selecting.size() + records.size() + planes.size(); }
    const uint8_t * selectingAt(int neuron) const {
        return selecting.data() + static_cast<size_t>(neuron) * selectingRow.stride;
    }
    const uint8_t * upAt(int neuron) const {
        return records.data() + static_cast<size_t>(neuron) * recordStride;
    }
    const uint8_t * downAt(int neuron) const { return upAt(neuron) + downOffset; }
    const uint8_t * planeAt(int group) const {
        return planes.data() + static_cast<size_t>(group) * down.planeBytes;
    }
};

/** Empty when the weights can be laid out, otherwise why not. */
std::string whyNotSparse(const sp_ffn_weights & weights);

/** The weights must have passed whyNotSparse. Throws std::bad_alloc. */
FfnLayout buildFfnLayout(const sp_ffn_weights & weights, bool ownGate);

} // namespace sparse_pilot
