/** A selector decides which neurons of an FFN layer a T = 1 pass computes; kernels know nothing of selectors.
 */
#pragma once

#include "profile/profile.h"
#include "selectors/statistics.h"
#include "sparse-pilot.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace sparse_pilot {

/** Every neuron. */
struct KeepAll {};
/** These neurons, ascending, known before the gate. */
struct KeepFixed {
    const std::vector<int32_t> * ids;
};
/** Neurons with |act(gate)| * weight >= threshold; weights null: 1. */
struct KeepFrom {
    float threshold;
    const float * weights;
};
/** The `count` largest |act(gate)| * weight of this token; equal scores: the lower index first. */
struct KeepLargest {
    int count;
    const float * weights;
};

struct Decision {
    enum class Kind { All, Fixed, From, Largest } kind = Kind::All;
    KeepFixed fixed = {nullptr};
    KeepFrom from = {0, nullptr};
    KeepLargest largest = {0, nullptr};

    static Decision all() { return {}; }
    static Decision only(const std::vector<int32_t> & ids) {
        Decision d;
        d.kind = Kind::Fixed;
        d.fixed = {&ids};
        return d;
    }
    static Decision atLeast(float threshold, const float * weights) {
        Decision d;
        d.kind = Kind::From;
        d.from = {threshold, weights};
        return d;
    }
    static Decision top(int count, const float * weights) {
        Decision d;
        d.kind = Kind::Largest;
        d.largest = {count, weights};
        return d;
    }
};

/** What the layer is, what is wanted of it, and what is known about it. Pointers outlive the call only. */
struct LayerKnowledge {
    int f;
    const std::vector<float> & downNorm;
    float density;
    const LayerStatistics & statistics;
    const LayerProfile * profile; /**< or null */
};

/** What a pass turned out to keep; `boundary` is the lowest kept score of a KeepLargest decision, otherwise
 * 0. */
struct Outcome {
    double density;
    float boundary;
};

class Selector {
  public:
    virtual ~Selector() = default;
    /** What dense passes must be observed for. */
    virtual StatisticsWanted wants() const { return {}; }
    /** Fixed masks never look at the gate, so they need our own gate rows. */
    virtual bool decidesBeforeGate() const { return false; }
    /** Called when settings or profile change and after every observed dense pass; never during a sparse
     * pass. */
    virtual void prepare(int layer, const LayerKnowledge & knowledge) = 0;
    virtual Decision decide(int layer) const = 0;
    /** Called once after each sparse pass of a layer. */
    virtual void measured(int layer, const Outcome & outcome) {
        (void)layer;
        (void)outcome;
    }
    /** A new request on the same sequence (statistics are kept). */
    virtual void beginRequest() {}
};

std::unique_ptr<Selector> makeCats(int layers, bool hold);
std::unique_ptr<Selector> makeChess(int layers, bool hold);
std::unique_ptr<Selector> makeTopK(int layers);
std::unique_ptr<Selector> makeGriffin(int layers);
std::unique_ptr<Selector> makeRolling(int layers);
std::unique_ptr<Selector> makeExactZero();

/** Null for SP_NONE and for selectors of a linear's input (input-selectors.h). */
std::unique_ptr<Selector> makeSelector(const sp_settings & settings, int layers);

} // namespace sparse_pilot
