#include "session.h"

#include "selectors/allocation.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <stdexcept>

namespace sparse_pilot {

namespace {

constexpr size_t promptSampleRows = 8;
constexpr size_t calibrationSampleRows = 96;

} // namespace

Session::Session(const Engine & engine, const KernelTable & table)
    : engine_(engine), kernels_(table), settings_(sp_default_settings()), inputs_(engine, table) {
    const size_t n = static_cast<size_t>(engine.layers());
    requested_.assign(n, 1.0f);
    densities_.assign(n, 1.0f);
    denseLayers_.assign(n, 0);
    totals_.resize(n);
    statistics_.resize(n);
    size_t widest = 0;
    for (int l = 0; l < engine.layers(); ++l)
        if (const FfnLayout * layout = engine.layer(l))
            widest = std::max(widest, static_cast<size_t>(layout->f));
    gate_.ensure(widest + 64);
    resetStatistics();
    revise();
}

ThreadScratch & Session::scratch(int thread) {
    auto & slot = scratch_[static_cast<size_t>(thread)];
    if (!slot)
        slot = std::make_unique<ThreadScratch>();
    return *slot;
}

void Session::configure(const sp_settings & settings) {
    const size_t n = requested_.size();
    const auto valid = [](float d) { return d > 0 && d <= 1; };
    if (settings.selector < SP_NONE || settings.selector > SP_EXACT_ZERO)
        throw std::runtime_error("unknown selector");
    if (InputSparsity::takes(settings.selector) && engine_.columns() == nullptr)
        throw std::runtime_error("the layouts of input-sparse linears are not built");
    if (!valid(settings.density))
        throw std::runtime_error("density must be above 0 and at most 1");
    if (settings.selector == SP_ROLLING && !valid(settings.decay))
        throw std::runtime_error("decay must be above 0 and at most 1");
    std::vector<char> dense(n, 0);
    for (int i = 0; i < settings.n_dense_layers; ++i) {
        const int32_t l = settings.dense_layers[i];
        if (l < 0 || static_cast<size_t>(l) >= n)
            throw std::runtime_error("there is no layer " + std::to_string(l) + " to keep dense");
        dense[static_cast<size_t>(l)] = 1;
    }
    std::vector<float> requested(n, -1.0f);
    if (settings.layer_density) {
        requested.assign(settings.layer_density, settings.layer_density + n);
        if (!std::all_of(requested.begin(), requested.end(), valid))
            throw std::runtime_error("every layer's density must be above 0 and at most 1");
    }
    const bool sameSelector =
        selector_ && settings.selector == settings_.selector && settings.hold == settings_.hold;
    if (!sameSelector)
        selector_ = makeSelector(settings, engine_.layers());
    settings_ = settings;
    settings_.layer_density = nullptr;
    settings_.dense_layers = nullptr;
    requested_ = std::move(requested);
    denseLayers_ = std::move(dense);
    allocate();
}

void Session::revise() {
    static std::atomic<uint64_t> last = 0;
    revision_ = ++last;
}

void Session::allocate() {
    revise();
    std::vector<float> sensitivity(densities_.size(), -1.0f);
    bool measured = false;
    for (size_t l = 0; l < sensitivity.size(); ++l) {
        if (engine_.layer(static_cast<int>(l)) == nullptr || denseLayers_[l])
            continue;
        const float s = profile_ ? profile_->layers[l].sensitivity : -1.0f;
        measured = measured || s >= 0;
        sensitivity[l] = std::max(s, 0.0f);
    }
    if (measured && !InputSparsity::takes(settings_.selector) &&
        settings_.selector != SP_EXACT_ZERO) { // they were measured with neurons skipped
        densities_ = allocateDensity(sensitivity, settings_.density);
    } else { // what is zero is skipped, whatever density is asked for
        densities_.assign(densities_.size(), settings_.selector == SP_EXACT_ZERO ? 0.0f : settings_.density);
    }
    for (size_t l = 0; l < densities_.size(); ++l) {
        if (requested_[l] > 0)
            densities_[l] = requested_[l];
        if (denseLayers_[l])
            densities_[l] = 1;
        prepare(static_cast<int>(l));
    }
    inputs_.configure(calibrating_ ? sp_default_settings() : settings_, densities_);
}

void Session::prepare(int layer) {
    revise();
    const FfnLayout * layout = engine_.layer(layer);
    if (!selector_ || layout == nullptr)
        return;
    const size_t l = static_cast<size_t>(layer);
    selector_->prepare(layer, {layout->f, layout->downNorm, densities_[l], *statistics_[l],
                               profile_ ? &profile_->layers[l] : nullptr});
}

void Session::setProfile(const Profile * profile) {
    if (profile) {
        if (profile->layers.size() != densities_.size())
            throw std::runtime_error("the profile has " + std::to_string(profile->layers.size()) +
                                     " layers, the model " + std::to_string(densities_.size()));
        for (int l = 0; l < engine_.layers(); ++l) {
            const FfnLayout * layout = engine_.layer(l);
            if (layout && profile->layers[static_cast<size_t>(l)].neuronWeights.size() !=
                              static_cast<size_t>(layout->f))
                throw std::runtime_error("the profile's layer " + std::to_string(l) + " has another width");
        }
    }
    profile_ = profile;
    selector_ = makeSelector(settings_, engine_.layers());
    allocate();
}

void Session::resetStatistics() {
    const size_t rows = calibrating_ ? calibrationSampleRows : promptSampleRows;
    for (int l = 0; l < engine_.layers(); ++l)
        if (const FfnLayout * layout = engine_.layer(l))
            statistics_[static_cast<size_t>(l)] = std::make_unique<LayerStatistics>(layout->f, rows);
}

void Session::reset() {
    inputs_.reset();
    resetStatistics();
    selector_ = makeSelector(settings_, engine_.layers());
    allocate();
}

void Session::beginRequest(uint64_t kept) {
    revise();
    if (selector_)
        selector_->beginRequest();
    for (int l = 0; l < engine_.layers(); ++l) {
        const auto & statistics = statistics_[static_cast<size_t>(l)];
        if (!statistics || !statistics->keep(kept))
            continue;
        prepare(l);
    }
}

void Session::beginCalibration() {
    calibrating_ = true;
    reset();
}

bool Session::active(int layer) const {
    const FfnLayout * layout = engine_.layer(layer);
    if (!selector_ || layout == nullptr || calibrating_ || denseLayers_[static_cast<size_t>(layer)])
        return false;
    if (settings_.selector == SP_EXACT_ZERO)
        return true;
    if (selector_->decidesBeforeGate() && !layout->hasSelectingRows())
        return false;
    return densities_[static_cast<size_t>(layer)] < denseFrom;
}

bool Session::suits(sp_act act) const {
    return settings_.selector != SP_EXACT_ZERO || act == SP_ACT_RELU || act == SP_ACT_RELU_SQR;
}

bool Session::takesGate(int layer) const {
    return engine_.layer(layer) && selector_ && !selector_->decidesBeforeGate();
}

StatisticsWanted Session::wanted() const {
    if (calibrating_)
        return {true, true};
    return selector_ ? selector_->wants() : StatisticsWanted{};
}

bool Session::wantsObservation(int layer) const {
    return engine_.layer(layer) != nullptr && wanted().any() && (calibrating_ || active(layer));
}

int Session::promptRows() const {
    const int last = engine_.layers() - 1;
    if (!wanted().importance || calibrating_ || !active(last))
        return 0;
    return statistics(last).tokens < promptSampleRows ? static_cast<int>(promptSampleRows) : 0;
}

Decision Session::decision(int layer) const {
    return selector_ && active(layer) ? selector_->decide(layer) : Decision::all();
}

double Session::expectedDensity(int layer) const {
    const auto l = static_cast<size_t>(layer);
    if (settings_.selector != SP_EXACT_ZERO)
        return densities_[l];
    return totals_[l].passes == 0 ? 0.0 : totals_[l].lastDensity;
}

void Session::report(int layer, double density, double skippedEnergy, float boundary) {
    LayerTotals & totals = totals_[static_cast<size_t>(layer)];
    ++totals.passes;
    totals.lastDensity = density;
    totals.lastSkippedEnergy = skippedEnergy;
    totals.density += density;
    totals.skippedEnergy += skippedEnergy;
    if (selector_)
        selector_->measured(layer, {density, boundary});
}

LayerTotals Session::totals(int layer) const {
    return inputs_.active(layer) ? inputs_.totals(layer) : totals_[static_cast<size_t>(layer)];
}

void Session::clearTotals() {
    std::fill(totals_.begin(), totals_.end(), LayerTotals{});
    inputs_.clearTotals();
}

double Session::lastRisk() const {
    double sum = 0;
    int count = 0;
    for (size_t l = 0; l < totals_.size(); ++l) {
        const int layer = static_cast<int>(l);
        const LayerTotals t = totals(layer);
        if (!(active(layer) || inputs_.active(layer)) || t.passes == 0)
            continue;
        sum += t.lastSkippedEnergy;
        ++count;
    }
    return count ? sum / count : 0;
}

} // namespace sparse_pilot
