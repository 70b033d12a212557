#include "linear.h"

#include "groups.h"

#include <algorithm>

namespace sparse_pilot {

namespace {

/** Sixteen sums at a time, so that it takes no longer than reading x. */
double energy(const float * x, int n) {
    float sums[16] = {};
    int i = 0;
    for (; i + 16 <= n; i += 16)
        for (int k = 0; k < 16; ++k)
            sums[k] += x[i + k] * x[i + k];
    double sum = 0;
    for (; i < n; ++i)
        sum += static_cast<double>(x[i] * x[i]);
    for (const float part : sums)
        sum += static_cast<double>(part);
    return sum;
}

double energy(const float * x, const std::vector<int32_t> & ids) {
    float sums[4] = {};
    for (size_t i = 0; i < ids.size(); ++i)
        sums[i % 4] += x[ids[i]] * x[ids[i]];
    return static_cast<double>(sums[0]) + static_cast<double>(sums[1]) + static_cast<double>(sums[2]) +
           static_cast<double>(sums[3]);
}

} // namespace

LinearOutcome multiplySelected(const KernelTable & kernels, const ColumnLayout & layout,
                               const sp_linear_rule & rule, const sp_linear_args & args,
                               LinearScratch & scratch) {
    auto & slot = scratch.own[static_cast<size_t>(args.ith)];
    if (!slot)
        slot = std::make_unique<LinearScratch::Own>();
    const PlaneShape & shape = layout.shape;
    selectInputs(rule, args.x, layout.norms, slot->selection);
    const std::vector<int32_t> & ids = slot->selection.ids;
    float * y = slot->y.ensure(static_cast<size_t>(shape.padded));
    std::fill_n(y, shape.padded, 0.0f);
    const int ahead = static_cast<int>(std::clamp<size_t>((size_t{128} << 10) / shape.rowBytes, 4, 32));
    const Range slice = wholeGroups(ids, shape.group, Cuts{ids.size(), args.nth}.share(args.ith));
    slot->planeBytes = addGroups(
        kernels, shape, ids, slice, slice.end, ahead, y, [&](int input) { return layout.rowAt(input); },
        layout.planes,
        [&](const int32_t * at, int count, const int32_t *, float * h) {
            for (int i = 0; i < count; ++i)
                h[i] = args.x[at[i]];
        });
    scratch.barrier.wait(args.nth);
    const float * partial[64];
    for (int t = 0; t < args.nth; ++t)
        partial[t] = scratch.own[static_cast<size_t>(t)]->y.data();
    const int blocks = shape.padded / 64;
    reduceOutputs(shape, partial, args.nth, blocks * args.ith / args.nth, blocks * (args.ith + 1) / args.nth,
                  args.y);
    LinearOutcome outcome;
    outcome.selection = &slot->selection;
    outcome.density = static_cast<double>(ids.size()) / layout.inputs;
    if (args.ith != 0)
        return outcome;
    size_t bytes = ids.size() * shape.rowBytes;
    for (int t = 0; t < args.nth; ++t)
        bytes += scratch.own[static_cast<size_t>(t)]->planeBytes;
    outcome.bytes = static_cast<double>(bytes);
    const double all = energy(args.x, layout.inputs);
    outcome.skippedEnergy = all > 0 ? std::clamp(1 - energy(args.x, ids) / all, 0.0, 1.0) : 0;
    return outcome;
}

} // namespace sparse_pilot
