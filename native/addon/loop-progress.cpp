#include "loop-progress.h"

#include <utility>

namespace sparse_pilot::addon {
namespace {

constexpr std::chrono::milliseconds minimumGap{100};

} // namespace

ProgressMeter::ProgressMeter(const loop::Generation & generation, SparseContextPtr sparse,
                             std::int32_t sequence)
    : generation_(generation), sparse_(std::move(sparse)), sequence_(sequence) {}

std::optional<LoopProgress> ProgressMeter::take() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) {
        return std::nullopt;
    }
    next_ = now + minimumGap;
    const loop::Report & report = generation_.report();
    return LoopProgress{report.drafted, report.accepted,        report.rollbacks,
                        report.probes,  report.probeDivergence, densityPerLayer()};
}

std::vector<double> ProgressMeter::densityPerLayer() const {
    if (!sparse_ || !sparse_->attached()) {
        return {};
    }
    const sp_session * session = sparse_->session(sequence_);
    std::vector<double> density;
    density.reserve(static_cast<std::size_t>(sparse_->layers()));
    bool any = false;
    for (int layer = 0; layer < sparse_->layers(); layer++) {
        sp_layer_counters counters;
        sp_session_counters(session, layer, &counters);
        any = any || counters.passes > 0;
        density.push_back(counters.passes > 0 ? counters.density : 1.0);
    }
    return any ? density : std::vector<double>{};
}

Napi::Object progressObject(Napi::Env env, const LoopProgress & progress) {
    auto object = Napi::Object::New(env);
    object.Set("drafted", progress.drafted);
    object.Set("accepted", progress.accepted);
    object.Set("rollbacks", progress.rollbacks);
    object.Set("probes", progress.probes);
    object.Set("probeDivergence", progress.probeDivergence);
    auto density = Napi::Array::New(env, progress.densityPerLayer.size());
    for (std::uint32_t layer = 0; layer < progress.densityPerLayer.size(); layer++) {
        density.Set(layer, progress.densityPerLayer[layer]);
    }
    object.Set("densityPerLayer", density);
    return object;
}

} // namespace sparse_pilot::addon
