#include "linear.h"

#include "groups.h"

#include "ggml.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace sparse_pilot {

Linear::Linear(const sp_tensor & w, const KernelTable & table) : kernels_(table) {
    const TypeFormat type = formatOfType(w.type);
    if (!type.supported)
        throw std::runtime_error("there is no sparse layout for this type");
    const bool whole = w.data && w.ne0 > 0 && w.ne1 > 0 && w.ne0 % 32 == 0 && w.ne0 < (1 << 22) &&
                       w.ne1 < (1 << 22) && w.ne0 % ggml_blck_size(static_cast<ggml_type>(w.type)) == 0;
    if (!whole)
        throw std::runtime_error("the matrix has a bad shape");
    inputs_ = static_cast<int>(w.ne0);
    const size_t inputs = static_cast<size_t>(inputs_);
    shape_ = planeShape(type, static_cast<int>(w.ne1));
    rows_ = Arena(inputs * shape_.rowBytes);
    planes_ = Arena(inputs / static_cast<size_t>(shape_.group) * shape_.planeBytes);
    norms_.assign(inputs, 0.0f);
    const PlanePacker packer(shape_, rows_.data(), shape_.rowBytes, planes_.data());
    UnpackedRow row;
    std::vector<float> values(inputs);
    for (int o = 0; o < shape_.n; ++o) {
        const uint8_t * source = static_cast<const uint8_t *>(w.data) + static_cast<size_t>(o) * w.row_stride;
        if (isPlain(type.format)) {
            packer.addPlainOutput(o, reinterpret_cast<const uint16_t *>(source), inputs_);
        } else {
            unpackRow(w.type, source, inputs_, row);
            packer.addOutput(o, row);
        }
        dequantiseRow(w.type, source, inputs_, values.data());
        for (size_t i = 0; i < inputs; ++i)
            norms_[i] += values[i] * values[i];
    }
    for (float & norm : norms_)
        norm = std::sqrt(norm);
}

float Linear::forward(const sp_linear_rule & rule, const sp_linear_args & args) {
    auto & slot = own_[static_cast<size_t>(args.ith)];
    if (!slot)
        slot = std::make_unique<Own>();
    selectInputs(rule, args.x, norms_, slot->selection);
    const std::vector<int32_t> & ids = slot->selection.ids;
    float * y = slot->y.ensure(static_cast<size_t>(shape_.padded));
    std::fill_n(y, shape_.padded, 0.0f);
    const int ahead = static_cast<int>(std::clamp<size_t>((size_t{128} << 10) / shape_.rowBytes, 4, 32));
    addGroups(
        kernels_, shape_, ids, sliceOf(ids, shape_.group, args.ith, args.nth), ahead, y,
        [&](int input) { return rows_.data() + static_cast<size_t>(input) * shape_.rowBytes; },
        [&](int group) { return planes_.data() + static_cast<size_t>(group) * shape_.planeBytes; },
        [&](const int32_t * at, int count, const int32_t *, float * h) {
            for (int i = 0; i < count; ++i)
                h[i] = args.x[at[i]];
        });
    barrier_.wait(args.nth);
    const float * partial[64];
    for (int t = 0; t < args.nth; ++t)
        partial[t] = own_[static_cast<size_t>(t)]->y.data();
    const int blocks = shape_.padded / 64;
    reduceOutputs(shape_, partial, args.nth, blocks * args.ith / args.nth, blocks * (args.ith + 1) / args.nth,
                  args.y);
    return static_cast<float>(ids.size()) / static_cast<float>(inputs_);
}

} // namespace sparse_pilot
