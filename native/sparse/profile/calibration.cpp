#include "profile/calibration.h"

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace sparse_pilot {

namespace {

/** All of the grid's thresholds from one sort. */
ThresholdTable thresholds(const RowSample & gates, const float * weights) {
    std::vector<float> scores;
    scores.reserve(gates.rows() * gates.width());
    for (size_t r = 0; r < gates.rows(); ++r)
        for (size_t j = 0; j < gates.width(); ++j)
            scores.push_back(gates.row(r)[j] * (weights ? weights[j] : 1.0f));
    std::sort(scores.begin(), scores.end(), std::greater<>());
    ThresholdTable table;
    for (int i = 0; i < profileDensityCount; ++i) {
        const double at = static_cast<double>(profileDensity(i)) * static_cast<double>(scores.size() - 1);
        table.values.push_back(scores[static_cast<size_t>(at)]);
    }
    return table;
}

LayerProfile layerProfile(const FfnLayout & layout, const LayerStatistics & s) {
    LayerProfile profile;
    const float tokens = static_cast<float>(s.tokens);
    profile.neuronWeights.resize(layout.downNorm.size());
    for (size_t j = 0; j < layout.downNorm.size(); ++j)
        profile.neuronWeights[j] = layout.downNorm[j] * s.upSum[j] / tokens;
    profile.cats = thresholds(s.gates, nullptr);
    profile.chess = thresholds(s.gates, profile.neuronWeights.data());
    profile.importance = s.importance;
    for (float & v : profile.importance)
        v /= tokens;
    return profile;
}

} // namespace

uint64_t calibrationTokens(const Session & session) {
    if (!session.calibrating())
        return 0;
    for (int l = 0; l < session.engine().layers(); ++l)
        if (session.engine().layer(l))
            return session.statistics(l).tokens;
    return 0;
}

Profile makeProfile(const Session & session, const std::string & modelSha256,
                    const sp_calibration_extra * extra) {
    if (calibrationTokens(session) == 0)
        throw std::runtime_error("nothing was calibrated yet");
    Profile profile;
    profile.modelSha256 = modelSha256;
    profile.tokens = calibrationTokens(session);
    for (int l = 0; l < session.engine().layers(); ++l) {
        LayerProfile & layer = profile.layers.emplace_back();
        const FfnLayout * layout = session.engine().layer(l);
        if (layout && session.statistics(l).gates.rows() > 0)
            layer = layerProfile(*layout, session.statistics(l));
        if (extra && extra->layer_sensitivity)
            layer.sensitivity = extra->layer_sensitivity[l];
    }
    if (extra && extra->curve)
        profile.curve.assign(extra->curve, extra->curve + extra->n_curve);
    return profile;
}

} // namespace sparse_pilot
