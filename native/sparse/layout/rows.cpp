#include "layout/rows.h"

#include <algorithm>
#include <cstring>

namespace sparse_pilot {

namespace {

constexpr size_t roundUp(size_t n, size_t to) { return (n + to - 1) / to * to; }

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
        shape.stride = roundUp(shape.quantBytes, 64);
        return shape;
    }
    shape.blocks = n / t.block;
    shape.tiles = shape.blocks / 16;
    shape.tailLanes = shape.blocks % 16;
    shape.quantBytes = static_cast<size_t>(n) * static_cast<size_t>(t.bits) / 8;
    const size_t supers = hasSuper(type.format) ? static_cast<size_t>(shape.blocks / t.super) : 0;
    shape.stride = roundUp(
        shape.quantBytes + static_cast<size_t>(shape.blocks) * scaleBytes(type.format) + supers * 4, 64);
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
        for (size_t e = 0; e < (t.bits == 4 ? half : block); ++e) {
            const unsigned v = t.bits == 4 ? q[e] | static_cast<unsigned>(q[e + half]) << 4 : q[e];
            to[(e / 4) * width * 4 + e % 4] = static_cast<uint8_t>(v);
        }
    }
    uint8_t * at = out + shape.quantBytes;
    if (hasSuper(shape.format)) {
        at = std::copy(row.scales.begin(), row.scales.end(), at); // integers that fit a byte
        at = std::copy(row.mins.begin(), row.mins.end(), at);
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
