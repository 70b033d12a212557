/** What every instruction set provides. One table per set is built from the one source in body.h; see
 * dispatch.cpp. */
#pragma once

#include "layout/format.h"
#include "logits/logits.h"
#include "sparse-pilot.h"

#include <cstddef>
#include <cstdint>

namespace sparse_pilot {

/**
 * An activation vector quantised to int8 per block (32 or 16) and arranged for block-transposed rows:
 * q[tile][k][16 lanes][4], lane = block. Arrays are padded with zeros to whole tiles of 16 blocks.
 */
struct BlockedActivation {
    int8_t * q = nullptr;
    float * scale = nullptr;     /**< per block */
    float * sum = nullptr;       /**< sum of q per block */
    float * scaledSum = nullptr; /**< scale * sum */
};

/** Everything a row product may read of x. */
struct ActivationView {
    BlockedActivation by32;
    BlockedActivation by16;
    const float * plain = nullptr;
};

/** A block-transposed row's shape (layout/rows.h); the same for every row of a matrix. */
struct RowShape {
    Format format = Format::Nibble;
    int n = 0; /**< weights */
    int blocks = 0;
    int tiles = 0;     /**< full tiles of 16 blocks */
    int tailLanes = 0; /**< blocks of the last, narrower tile */
    float offset = 0;  /**< subtracted from the stored quants */
    size_t quantBytes = 0;
    size_t stride = 0; /**< bytes, even */
};

/** A plane-split matrix's shape (layout/planes.h). */
struct PlaneShape {
    Format format = Format::Nibble;
    int n = 0;      /**< outputs */
    int padded = 0; /**< outputs rounded up to 64 */
    int group = 32; /**< inputs that share a scale */
    int offset = 0;
    size_t rowBytes = 0;    /**< of one input's quants, a multiple of 16 */
    size_t nibbleBytes = 0; /**< of them, in front of the upper bits of 5 and 6 */
    size_t planeBytes = 0;  /**< of one group's scales (and mins) */
    int super = 1;          /**< groups that share super scales */
    size_t superBytes = 0;  /**< of those super scales; 0: there are none */
};

/** Where a group's super scales lie among a matrix's planes. */
constexpr size_t superOffset(const PlaneShape & shape, int group) {
    return static_cast<size_t>(group / shape.super) *
           (shape.superBytes + static_cast<size_t>(shape.super) * shape.planeBytes);
}

/** Where a group's scales lie among a matrix's planes. */
constexpr size_t planeOffset(const PlaneShape & shape, int group) {
    return superOffset(shape, group) + shape.superBytes +
           static_cast<size_t>(group % shape.super) * shape.planeBytes;
}

/** The active inputs of one group, and what to prefetch meanwhile. */
struct GroupWork {
    const uint8_t * const * rows = nullptr; /**< a multiple of 4; padding repeats a row with value 0 */
    const float * values = nullptr;         /**< one per row, padding 0 (unquantised) */
    int count = 0;                          /**< rows without padding */
    const uint8_t * plane = nullptr;        /**< this group's scales */
    const uint8_t * super = nullptr;        /**< its super scales, where the format has them */
    const uint8_t * nextPlane = nullptr;    /**< or null */
    const uint8_t * nextSuper = nullptr;    /**< or null: none, or this group's own */
    const uint8_t * const * ahead = nullptr;
    int aheadCount = 0;
};

/** Running sums of a selection: energy of all scores and of the kept ones. */
struct SelectionEnergy {
    double all = 0;
    double kept = 0;
};

struct KernelTable {
    const char * name;
    /** Quantises x to int8 per `block` (16 or 32) as ggml does, and arranges it. */
    void (*arrange)(const float * x, int n, int block, BlockedActivation & out);
    /** dot(row, x); prefetches `ahead` (a whole row) into L2 unless null. Indexed by Format. */
    float (*rowDot[formatCount])(const uint8_t * row, const RowShape & shape, const ActivationView & x,
                                 const uint8_t * ahead);
    /** y += the group's rows times their values; y is in plane order. Indexed by Format. */
    void (*addGroup[formatCount])(const PlaneShape & shape, const GroupWork & work, float * y);
    /** In place activation of n values. */
    void (*activate)(sp_act act, float * values, int n);
    /**
     * Appends base+i to `ids` where |a_i| * w_i >= threshold (w null: 1); returns how many. `ids` has room
     * for n and one register more. A threshold of 0 keeps everything.
     */
    int (*selectScores)(const float * a, const float * w, int n, float threshold, int base, int32_t * ids,
                        SelectionEnergy & energy);
    /** See logits/logits.h. */
    TopLogits (*topLogits)(const float * logits, int count);
    LogitMoments (*logitMoments)(const float * logits, int count, float max, float scale);
};

/** The best table for this machine, chosen once. */
const KernelTable & kernels();
/** All tables this machine can run, best first (for tests and benchmarks). */
int availableKernels(const KernelTable * const ** tables);

} // namespace sparse_pilot
