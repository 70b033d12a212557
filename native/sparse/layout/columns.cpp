#include "layout/columns.h"

#include "layout/ffn.h"

#include "ggml.h"

#include <cmath>
#include <stdexcept>

namespace sparse_pilot {

ColumnLayout buildColumns(const sp_tensor & w) {
    const TypeFormat type = formatOfType(w.type);
    if (!type.supported)
        throw std::runtime_error("there is no sparse layout for this type");
    const bool whole = w.data && w.ne0 > 0 && w.ne1 > 0 && w.ne0 % 32 == 0 && w.ne0 < (1 << 22) &&
                       w.ne1 < (1 << 22) && w.ne0 % ggml_blck_size(static_cast<ggml_type>(w.type)) == 0 &&
                       w.row_stride >= ggml_row_size(static_cast<ggml_type>(w.type), w.ne0);
    if (!whole)
        throw std::runtime_error("the matrix has a bad shape");
    ColumnLayout layout;
    layout.inputs = static_cast<int>(w.ne0);
    const size_t inputs = static_cast<size_t>(layout.inputs);
    layout.shape = planeShape(type, static_cast<int>(w.ne1));
    layout.stride = layout.shape.rowBytes;
    layout.ownRows = Arena(inputs * layout.stride);
    layout.ownPlanes = Arena(planesBytes(layout.shape, layout.inputs));
    layout.rows = layout.ownRows.data();
    layout.planes = layout.ownPlanes.data();
    layout.norms.assign(inputs, 0.0f);
    layout.sourceBytes = static_cast<uint64_t>(w.row_stride) * static_cast<uint64_t>(w.ne1);
    const PlanePacker packer(layout.shape, layout.ownRows.data(), layout.stride, layout.ownPlanes.data());
    UnpackedRow row;
    std::vector<float> values(inputs);
    for (int o = 0; o < layout.shape.n; ++o) {
        const uint8_t * source = static_cast<const uint8_t *>(w.data) + static_cast<size_t>(o) * w.row_stride;
        if (isPlain(type.format)) {
            packer.addPlainOutput(o, reinterpret_cast<const uint16_t *>(source), layout.inputs);
        } else {
            unpackRow(w.type, source, layout.inputs, row);
            packer.addOutput(o, row);
        }
        dequantiseRow(w.type, source, layout.inputs, values.data());
        for (size_t i = 0; i < inputs; ++i)
            layout.norms[i] += values[i] * values[i];
    }
    for (float & norm : layout.norms)
        norm = std::sqrt(norm);
    return layout;
}

ColumnLayout columnsOfDown(const FfnLayout & ffn) {
    ColumnLayout layout;
    layout.shape = ffn.down;
    layout.inputs = ffn.f;
    layout.rows = ffn.downAt(0);
    layout.stride = ffn.recordStride;
    layout.planes = ffn.planes.data();
    layout.norms = ffn.downNorm;
    layout.sourceBytes = ffn.downSourceBytes;
    return layout;
}

} // namespace sparse_pilot
