#include "layout/planes.h"

#include <cstring>

namespace sparse_pilot {

PlaneShape planeShape(TypeFormat type, int outputs) {
    const FormatTraits t = traits(type.format);
    PlaneShape shape;
    shape.format = type.format;
    shape.n = outputs;
    shape.offset = type.offset;
    shape.padded = (outputs + 63) / 64 * 64;
    const size_t padded = static_cast<size_t>(shape.padded);
    if (isPlain(type.format)) {
        shape.rowBytes = padded * 2;
        return shape;
    }
    shape.group = t.block;
    shape.rowBytes = t.bits == 8 ? padded : (padded + 127) / 128 * 64;
    shape.planeBytes = padded * scaleBytes(type.format);
    shape.super = t.super;
    shape.superBytes = hasSuper(type.format) ? padded * 4 : 0;
    return shape;
}

void PlanePacker::addOutput(int output, const UnpackedRow & row) const {
    const FormatTraits t = traits(shape_.format);
    const bool nibble = t.bits == 4;
    const size_t o = static_cast<size_t>(output);
    const size_t byte = nibble ? o / 128 * 64 + o % 64 : o;
    const int shift = nibble && o % 128 >= 64 ? 4 : 0;
    for (size_t i = 0; i < row.quants.size(); ++i)
        rows_[i * rowStride_ + byte] =
            static_cast<uint8_t>(rows_[i * rowStride_ + byte] | row.quants[i] << shift);
    // The inverse of planeOrder: planeOrder is its own inverse (it swaps two base-4 digits).
    const size_t padded = static_cast<size_t>(shape_.padded);
    const size_t position = o / 64 * 64 + static_cast<size_t>(planeOrder(output % 64));
    for (size_t g = 0; g < row.scales.size(); ++g) {
        uint8_t * plane = planes_ + planeOffset(shape_, static_cast<int>(g));
        if (hasSuper(shape_.format)) {
            plane[position] = static_cast<uint8_t>(row.scales[g]);
            plane[padded + position] = static_cast<uint8_t>(row.mins[g]);
            continue;
        }
        std::memcpy(plane + position * 2, &row.scales[g], 2);
        if (t.hasMin)
            std::memcpy(plane + (padded + position) * 2, &row.mins[g], 2);
    }
    for (size_t s = 0; s < row.superScales.size(); ++s) {
        uint8_t * plane = planes_ + superOffset(shape_, static_cast<int>(s) * shape_.super);
        std::memcpy(plane + position * 2, &row.superScales[s], 2);
        std::memcpy(plane + (padded + position) * 2, &row.superMins[s], 2);
    }
}

void PlanePacker::addPlainOutput(int output, const uint16_t * row, int inputs) const {
    for (int i = 0; i < inputs; ++i)
        std::memcpy(rows_ + static_cast<size_t>(i) * rowStride_ + static_cast<size_t>(output) * 2, row + i,
                    2);
}

} // namespace sparse_pilot
