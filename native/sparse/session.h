/** What one sequence needs for sparse passes: selector, statistics, counters, scratch. */
#pragma once

#include "barrier.h"
#include "engine.h"
#include "profile/profile.h"
#include "scratch.h"
#include "selectors/selector.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace sparse_pilot {

struct LayerTotals {
    uint64_t passes = 0;
    double density = 0;
    double bytes = 0;
    double skippedEnergy = 0;
    double lastDensity = 0;
    double lastSkippedEnergy = 0;
};

class Session {
  public:
    explicit Session(const Engine & engine, const KernelTable & table = kernels());

    /** Throws std::runtime_error for bad values; then nothing has changed. */
    void configure(const sp_settings & settings);
    /** Null: none. Throws std::runtime_error when it is of another shape. */
    void setProfile(const Profile * profile);
    void reset();
    void beginRequest();
    void beginCalibration();

    bool active(int layer) const;
    bool suits(sp_act act) const;
    bool takesGate(int layer) const;
    bool wantsObservation(int layer) const;

    void forward(const sp_ffn_args & args);
    void observe(const sp_observe_args & args);

    /** For passes that other kernels make (CUDA): what to keep, and afterwards what was kept. */
    Decision decision(int layer) const;
    void report(int layer, double density, double skippedEnergy);

    const LayerTotals & totals(int layer) const { return totals_[static_cast<size_t>(layer)]; }
    void clearTotals();
    double lastRisk() const;

    const Engine & engine() const { return engine_; }
    bool calibrating() const { return calibrating_; }
    const LayerStatistics & statistics(int layer) const { return *statistics_[static_cast<size_t>(layer)]; }

  private:
    void allocate();
    void prepare(int layer);
    void resetStatistics();
    StatisticsWanted wanted() const;
    ThreadScratch & scratch(int thread);

    const Engine & engine_;
    const KernelTable & kernels_;
    sp_settings settings_;
    std::vector<float> requested_; /**< density asked for each layer; 1: dense */
    std::vector<float> densities_;
    std::vector<char> denseLayers_;
    std::unique_ptr<Selector> selector_;
    const Profile * profile_ = nullptr;
    bool calibrating_ = false;
    std::vector<std::unique_ptr<LayerStatistics>> statistics_;
    std::vector<LayerTotals> totals_;
    SpinBarrier barrier_;
    std::array<std::unique_ptr<ThreadScratch>, 64> scratch_;
    AlignedBuffer<float> gate_;
};

} // namespace sparse_pilot
