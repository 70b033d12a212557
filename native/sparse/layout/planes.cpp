#include "layout/planes.h"

#include <algorithm>
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
    shape.nibbleBytes = isNibbles(type.format) ? padded / 2 : padded;
    const size_t upper = static_cast<size_t>(upperBits(type.format));
    shape.rowBytes = shape.nibbleBytes + (padded * upper + 127) / 128 * 16;
    shape.planeBytes = padded * scaleBytes(type.format);
    shape.super = t.super;
    shape.superBytes = padded * superScaleBytes(type.format);
    return shape;
}

void PlanePacker::addOutput(int output, const UnpackedRow & row) const {
    const FormatTraits t = traits(shape_.format);
    const size_t o = static_cast<size_t>(output), padded = static_cast<size_t>(shape_.padded);
    const size_t chunk = o / 128 * 128, half = std::min<size_t>(64, (padded - chunk) / 2);
    const size_t byte = isNibbles(shape_.format) ? chunk / 2 + (o - chunk) % half : o;
    const int shift = isNibbles(shape_.format) && o - chunk >= half ? 4 : 0;
    const unsigned lower = isNibbles(shape_.format) ? 15 : 255;
    const size_t fields = upperBits(shape_.format) == 1 ? 8 : 4;
    const size_t upperByte = shape_.nibbleBytes + o / (16 * fields) * 16 + o % 16;
    const size_t upperShift = o / 16 % fields * (8 / fields);
    for (size_t i = 0; i < row.quants.size(); ++i) {
        uint8_t * to = rows_ + i * rowStride_;
        to[byte] = static_cast<uint8_t>(to[byte] | (row.quants[i] & lower) << shift);
        if (upperBits(shape_.format) > 0)
            to[upperByte] = static_cast<uint8_t>(to[upperByte] | (row.quants[i] >> 4) << upperShift);
    }
    // The inverse of planeOrder: planeOrder is its own inverse (it swaps two base-4 digits).
    const size_t position = o / 64 * 64 + static_cast<size_t>(planeOrder(output % 64));
    for (size_t g = 0; g < row.scales.size(); ++g) {
        uint8_t * plane = planes_ + planeOffset(shape_, static_cast<int>(g));
        if (hasSuper(shape_.format)) {
            plane[position] = static_cast<uint8_t>(row.scales[g]);
            if (t.hasMin)
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
        if (t.hasMin)
            std::memcpy(plane + (padded + position) * 2, &row.superMins[s], 2);
    }
}

void PlanePacker::addPlainOutput(int output, const uint16_t * row, int inputs) const {
    for (int i = 0; i < inputs; ++i)
        std::memcpy(rows_ + static_cast<size_t>(i) * rowStride_ + static_cast<size_t>(output) * 2, row + i,
                    2);
}

} // namespace sparse_pilot
