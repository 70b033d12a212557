#include "layout/rows.h"

#include <algorithm>
#include <cstring>

namespace sparse_pilot {

namespace {

/** Rows begin at cache lines where that costs next to nothing: the many small loads of k-quants feel it. */
constexpr size_t strideOf(size_t bytes) {
    const size_t aligned = (bytes + 63) / 64 * 64;
    return (aligned - bytes) * 100 <= bytes ? aligned : bytes;
}

uint8_t * append(uint8_t * to, const std::vector<uint16_t> & values) {
    const size_t bytes = values.size() * sizeof(uint16_t);
    if (bytes > 0)
        std::memcpy(to, values.data(), bytes);
    return to + bytes;
}

} // namespace

RowShape rowShape(TypeFormat type, int n) {
    const FormatTraits t = traits(type.format);
    RowShape shape;
    shape.format = type.format;
    shape.n = n;
    shape.offset = static_cast<float>(type.offset);
    if (isPlain(type.format)) {
        shape.quantBytes = static_cast<size_t>(n) * 2;
        shape.stride = shape.quantBytes;
        return shape;
    }
    shape.blocks = n / t.block;
    shape.tiles = shape.blocks / 16;
    shape.tailLanes = shape.blocks % 16;
    shape.quantBytes = static_cast<size_t>(n) * static_cast<size_t>(t.bits) / 8;
    const size_t supers = hasSuper(type.format) ? static_cast<size_t>(shape.blocks / t.super) : 0;
    shape.stride = strideOf(shape.quantBytes + static_cast<size_t>(shape.blocks) * scaleBytes(type.format) +
                            supers * superScaleBytes(type.format));
    return shape;
}

void packRow(const RowShape & shape, const UnpackedRow & row, uint8_t * out) {
    const FormatTraits t = traits(shape.format);
    const size_t block = static_cast<size_t>(t.block), half = block / 2;
    const size_t tileBytes = block * 16 * static_cast<size_t>(t.bits) / 8;
    std::memset(out, 0, shape.stride);
    for (int b = 0; b < shape.blocks; ++b) {
        const int tile = b / 16;
        const size_t lane = static_cast<size_t>(b % 16);
        const size_t width = static_cast<size_t>(tile < shape.tiles ? 16 : shape.tailLanes);
        uint8_t * to = out + static_cast<size_t>(tile) * tileBytes + lane * 4;
        const uint8_t * q = row.quants.data() + static_cast<size_t>(b) * block;
        for (size_t e = 0; e < (isNibbles(shape.format) ? half : block); ++e) {
            const unsigned v =
                isNibbles(shape.format) ? (q[e] & 15u) | static_cast<unsigned>(q[e + half]) << 4 : q[e];
            to[(e / 4) * width * 4 + e % 4] = static_cast<uint8_t>(v);
        }
        uint8_t * upper = to + half / 4 * width * 4;
        for (size_t e = 0; upperBits(shape.format) > 0 && e < block; ++e)
            upper[e % 4] = static_cast<uint8_t>(
                upper[e % 4] | (q[e] >> 4) << (e / 4 * static_cast<size_t>(upperBits(shape.format))));
    }
    uint8_t * at = out + shape.quantBytes;
    if (hasSuper(shape.format)) {
        for (const std::vector<uint16_t> * integers : {&row.scales, &row.mins})
            at = std::transform(integers->begin(), integers->end(), at,
                                [](uint16_t v) { return static_cast<uint8_t>(v); });
        at = append(at, row.superScales);
        append(at, row.superMins);
        return;
    }
    at = append(at, row.scales);
    append(at, row.mins);
}

void packPlainRow(const RowShape & shape, const void * row, uint8_t * out) {
    std::memset(out, 0, shape.stride);
    std::memcpy(out, row, shape.quantBytes);
}

} // namespace sparse_pilot
