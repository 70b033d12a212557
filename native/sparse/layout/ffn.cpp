#include "layout/ffn.h"

#include "ggml.h"

#include <cmath>
#include <cstring>

namespace sparse_pilot {

namespace {

const uint8_t * rowAt(const sp_tensor & t, int64_t row) {
    return static_cast<const uint8_t *>(t.data) + static_cast<size_t>(row) * t.row_stride;
}

std::string checkTensor(const sp_tensor & t, const char * what) {
    if (t.data == nullptr)
        return std::string(what) + " is missing";
    if (t.type < 0 || t.type >= GGML_TYPE_COUNT)
        return std::string(what) + " has an unknown type";
    const char * typeName = ggml_type_name(static_cast<ggml_type>(t.type));
    const TypeFormat format = formatOfType(t.type);
    if (!format.supported)
        return std::string(what) + " is " + typeName + ", for which there is no sparse layout";
    if (t.ne0 <= 0 || t.ne1 <= 0 || t.ne0 > (1 << 22) || t.ne1 > (1 << 22))
        return std::string(what) + " has a bad shape";
    if (t.ne0 % ggml_blck_size(static_cast<ggml_type>(t.type)) != 0)
        return std::string(what) + "'s rows are not whole blocks";
    if (t.row_stride < ggml_row_size(static_cast<ggml_type>(t.type), t.ne0))
        return std::string(what) + " has a bad stride";
    return "";
}

void packRows(const sp_tensor & t, const RowShape & shape, uint8_t * to, size_t stride) {
    UnpackedRow row;
    for (int64_t j = 0; j < t.ne1; ++j) {
        uint8_t * out = to + static_cast<size_t>(j) * stride;
        if (isPlain(shape.format)) {
            packPlainRow(shape, rowAt(t, j), out);
        } else {
            unpackRow(t.type, rowAt(t, j), static_cast<int>(t.ne0), row);
            packRow(shape, row, out);
        }
    }
}

void packDown(const sp_tensor & t, FfnLayout & layout) {
    const PlanePacker packer(layout.down, layout.records.data() + layout.downOffset, layout.recordStride,
                             layout.planes.data());
    UnpackedRow row;
    std::vector<float> values(static_cast<size_t>(layout.f));
    layout.downNorm.assign(static_cast<size_t>(layout.f), 0.0f);
    for (int o = 0; o < layout.d; ++o) {
        const uint8_t * source = rowAt(t, o);
        if (isPlain(layout.down.format)) {
            packer.addPlainOutput(o, reinterpret_cast<const uint16_t *>(source), layout.f);
        } else {
            unpackRow(t.type, source, layout.f, row);
            packer.addOutput(o, row);
        }
        dequantiseRow(t.type, source, layout.f, values.data());
        for (size_t j = 0; j < values.size(); ++j)
            layout.downNorm[j] += values[j] * values[j];
    }
    for (float & norm : layout.downNorm)
        norm = std::sqrt(norm);
}

uint64_t tensorBytes(const sp_tensor & t) {
    return t.data ? ggml_row_size(static_cast<ggml_type>(t.type), t.ne0) * static_cast<uint64_t>(t.ne1) : 0;
}

std::vector<float> copyBias(const float * bias, int n) {
    return bias ? std::vector<float>(bias, bias + n) : std::vector<float>();
}

} // namespace

std::string whyNotSparse(const sp_ffn_weights & w) {
    const bool gated = w.gate.data != nullptr;
    std::string why = checkTensor(w.up, "the up projection");
    if (why.empty())
        why = checkTensor(w.down, "the down projection");
    if (why.empty() && gated)
        why = checkTensor(w.gate, "the gate");
    if (!why.empty())
        return why;
    if (w.up.ne0 != w.down.ne1 || w.up.ne1 != w.down.ne0)
        return "up and down do not fit together";
    if (gated && (w.gate.ne0 != w.up.ne0 || w.gate.ne1 != w.up.ne1))
        return "gate and up do not fit together";
    if (w.up.ne1 % 32 != 0)
        return "the FFN width is not a multiple of 32";
    return "";
}

FfnLayout buildFfnLayout(const sp_ffn_weights & w, const sp_engine_options & options) {
    FfnLayout layout;
    layout.gated = w.gate.data != nullptr;
    layout.d = static_cast<int>(w.up.ne0);
    layout.f = static_cast<int>(w.up.ne1);
    const size_t f = static_cast<size_t>(layout.f);
    const sp_tensor & selecting = layout.gated ? w.gate : w.up;
    layout.selectingRow = rowShape(formatOfType(selecting.type), layout.d);
    layout.selectingBias = copyBias(layout.gated ? w.gate_bias : w.up_bias, layout.f);
    layout.down = planeShape(formatOfType(w.down.type), layout.d);
    const bool own = options.own_gate || !layout.gated;
    const bool triple = own && options.record == SP_RECORD_TRIPLE;
    layout.upOffset = triple ? layout.selectingRow.stride : 0;
    layout.downOffset = layout.upOffset;
    if (layout.gated) {
        layout.upRow = rowShape(formatOfType(w.up.type), layout.d);
        layout.upBias = copyBias(w.up_bias, layout.f);
        layout.downOffset += layout.upRow.stride;
    }
    layout.recordStride = layout.downOffset + layout.down.rowBytes;
    layout.records = Arena(f * layout.recordStride);
    layout.planes = Arena(planesBytes(layout.down, layout.f));
    if (own && !triple)
        layout.selecting = Arena(f * layout.selectingRow.stride);
    if (own) {
        layout.selectingStride = triple ? layout.recordStride : layout.selectingRow.stride;
        uint8_t * to = triple ? layout.records.data() : layout.selecting.data();
        packRows(selecting, layout.selectingRow, to, layout.selectingStride);
    }
    if (layout.gated)
        packRows(w.up, layout.upRow, layout.records.data() + layout.upOffset, layout.recordStride);
    packDown(w.down, layout);
    layout.downSourceBytes = tensorBytes(w.down);
    layout.sourceBytes = tensorBytes(w.gate) + tensorBytes(w.up) + layout.downSourceBytes;
    return layout;
}

} // namespace sparse_pilot
