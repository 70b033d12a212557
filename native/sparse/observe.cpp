/** Session::observe: what a dense pass teaches. */
#include "session.h"

#include <algorithm>
#include <cmath>

namespace sparse_pilot {

namespace {

const float * rowAt(const float * rows, size_t stride, int64_t token) {
    return reinterpret_cast<const float *>(reinterpret_cast<const char *>(rows) +
                                           stride * static_cast<size_t>(token));
}

/** a := act(selecting row); for an FFN without a gate the up row selects. */
void activationOf(const KernelTable & kernels, const sp_observe_args & args, int64_t token, int f,
                  float * a) {
    const float * from =
        args.gate_pre ? rowAt(args.gate_pre, args.gate_stride, token) : rowAt(args.up, args.up_stride, token);
    std::copy(from, from + f, a);
    kernels.activate(args.act, a, f);
}

} // namespace

void Session::observe(const sp_observe_args & args) {
    const FfnLayout & layout = *engine_.layer(args.layer);
    LayerStatistics & stats = *statistics_[static_cast<size_t>(args.layer)];
    const int f = layout.f;
    const size_t width = static_cast<size_t>(f);
    ThreadScratch & own = scratch(args.ith);
    float * importance = own.importance.ensure(width);
    float * upSum = own.upSum.ensure(width);
    float * z = own.row.ensure(width);
    std::fill_n(importance, width, 0.0f);
    std::fill_n(upSum, width, 0.0f);
    for (int64_t t = args.ith; t < args.n_tokens; t += args.nth) {
        activationOf(kernels_, args, t, f, z);
        const float * up = rowAt(args.up, args.up_stride, t);
        if (args.gate_pre)
            for (size_t j = 0; j < width; ++j)
                z[j] *= up[j];
        double energy = 0;
        for (size_t j = 0; j < width; ++j)
            energy += static_cast<double>(z[j]) * static_cast<double>(z[j]);
        if (!(energy > 0) || !std::isfinite(energy))
            continue;
        const float inverse = static_cast<float>(1 / energy);
        for (size_t j = 0; j < width; ++j)
            importance[j] += z[j] * z[j] * inverse;
        for (size_t j = 0; j < width; ++j)
            upSum[j] += std::fabs(up[j]);
    }
    barrier_.wait(args.nth);
    const auto decayed =
        static_cast<float>(std::pow(static_cast<double>(decay()), static_cast<double>(args.n_tokens)));
    const size_t parts = static_cast<size_t>(args.nth), part = static_cast<size_t>(args.ith);
    for (size_t j = width * part / parts; j < width * (part + 1) / parts; ++j) {
        float sum = 0, ups = 0;
        for (size_t t = 0; t < parts; ++t) {
            sum += scratch_[t]->importance.data()[j];
            ups += scratch_[t]->upSum.data()[j];
        }
        stats.importance[j] = decayed * stats.importance[j] + sum;
        stats.upSum[j] += ups;
    }
    barrier_.wait(args.nth);
    if (args.ith != 0)
        return;
    stats.tokens += static_cast<uint64_t>(args.n_tokens);
    if (wanted().samples) {
        for (int64_t t = 0; t < args.n_tokens; ++t) {
            const int slot = stats.gates.offer();
            if (slot < 0)
                continue;
            float * row = stats.gates.slot(slot);
            activationOf(kernels_, args, t, f, row);
            for (size_t j = 0; j < width; ++j)
                row[j] = std::isfinite(row[j]) ? std::fabs(row[j]) : 0.0f;
        }
    }
    if (!calibrating_)
        prepare(args.layer);
}

bool Session::takesSums(int layer) const {
    return wantsObservation(layer) && !calibrating_ && !wanted().samples;
}

float Session::decay() const {
    return settings_.selector == SP_ROLLING && !calibrating_ ? settings_.decay : 1.0f;
}

void Session::observeSums(int layer, uint64_t tokens, const float * importance) {
    LayerStatistics & stats = *statistics_[static_cast<size_t>(layer)];
    const auto decayed =
        static_cast<float>(std::pow(static_cast<double>(decay()), static_cast<double>(tokens)));
    for (size_t j = 0; j < stats.importance.size(); ++j)
        stats.importance[j] = decayed * stats.importance[j] + importance[j];
    stats.tokens += tokens;
    prepare(layer);
}

} // namespace sparse_pilot
