/** What one sequence needs for sparse passes: selector, statistics, counters, scratch. */
#pragma once

#include "barrier.h"
#include "engine.h"
#include "input-sparsity.h"
#include "pieces.h"
#include "profile/profile.h"
#include "scratch.h"
#include "selectors/selector.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace sparse_pilot {

class Session {
  public:
    explicit Session(const Engine & engine, const KernelTable & table = kernels());

    /** Throws std::runtime_error for bad values; then nothing has changed. */
    void configure(const sp_settings & settings);
    /** Null: none. Throws std::runtime_error when it is of another shape. */
    void setProfile(const Profile * profile);
    void reset();
    /** `kept`: tokens of what was observed that the new request still begins with. */
    void beginRequest(uint64_t kept);
    void beginCalibration();

    bool active(int layer) const;
    bool suits(sp_act act) const;
    bool takesGate(int layer) const;
    bool wantsObservation(int layer) const;
    int promptRows() const;

    void forward(const sp_ffn_args & args);
    void observe(const sp_observe_args & args);
    /** Whether an observation of this layer may come as sums: nothing else of it is wanted. */
    bool takesSums(int layer) const;
    /** What one token's importance shrinks by with the next. */
    float decay() const;
    /** What other kernels (CUDA) observed: the tokens, and their importance, decayed among themselves. */
    void observeSums(int layer, uint64_t tokens, const float * importance);

    /** For passes that other kernels make (CUDA): what to keep, and afterwards what was kept. */
    Decision decision(int layer) const;
    void report(int layer, double density, double skippedEnergy, float boundary);
    /** Changes whenever a decision's weights or ids may have; no two sessions have the same. */
    uint64_t revision() const { return revision_; }
    /** Share of the neurons that a threshold is meant to keep; of exact zeros, what the last pass kept (0
     * before it). */
    double expectedDensity(int layer) const;

    /** Selectors of a linear's input have their own passes and state. */
    const InputSparsity & inputs() const { return inputs_; }
    InputSparsity & inputs() { return inputs_; }

    LayerTotals totals(int layer) const;
    void clearTotals();
    double lastRisk() const;

    const Engine & engine() const { return engine_; }
    bool calibrating() const { return calibrating_; }
    const LayerStatistics & statistics(int layer) const { return *statistics_[static_cast<size_t>(layer)]; }

  private:
    void allocate();
    void prepare(int layer);
    void resetStatistics();
    void revise();
    StatisticsWanted wanted() const;
    ThreadScratch & scratch(int thread);
    AlignedBuffer<float> & pieceSums(Takings::Piece piece) {
        return pieceSums_[static_cast<size_t>(piece.owner * Cuts::pieces + piece.index)];
    }

    const Engine & engine_;
    const KernelTable & kernels_;
    sp_settings settings_;
    std::vector<float> requested_; /**< density asked for each layer; 1: dense */
    std::vector<float> densities_;
    std::vector<char> denseLayers_;
    std::unique_ptr<Selector> selector_;
    const Profile * profile_ = nullptr;
    bool calibrating_ = false;
    uint64_t revision_ = 0;
    std::vector<std::unique_ptr<LayerStatistics>> statistics_;
    std::vector<LayerTotals> totals_;
    SpinBarrier barrier_;
    std::array<std::unique_ptr<ThreadScratch>, Takings::mostThreads> scratch_;
    AlignedBuffer<float> gate_;
    Takings gatePieces_, neuronPieces_;
    std::array<AlignedBuffer<float>, Takings::mostThreads * Cuts::pieces> pieceSums_; /**< by owner, piece */
    InputSparsity inputs_;
};

} // namespace sparse_pilot
