/** Groups of inputs of a plane-split matrix (layout/planes.h). Part of body.h. */
#pragma once

#include "kernels/body-quantise.h"

namespace {

/** What turns a group's integer products into outputs. */
struct GroupScales {
    const uint8_t * plane;
    const uint8_t * super;
    F scale;     /**< of the inputs' integers */
    F minFactor; /**< times their sum */
    int padded;
};

template <Format format> inline void flush(float * y, I products, const GroupScales & by, int at) {
    const auto half = [at](const uint8_t * plane, int row) {
        return Simd::loadF16(reinterpret_cast<const uint16_t *>(plane) + row + at);
    };
    F v = Simd::loadF(y + at);
    if constexpr (hasSuper(format)) {
        const F scale = Simd::mul(half(by.super, 0), by.scale);
        const F min = Simd::mul(half(by.super, by.padded), by.minFactor);
        v = Simd::fma(Simd::mul(Simd::toF(products), Simd::loadU8(by.plane + at)), scale, v);
        v = Simd::fnma(Simd::loadU8(by.plane + by.padded + at), min, v);
    } else {
        v = Simd::fma(Simd::mul(Simd::toF(products), by.scale), half(by.plane, 0), v);
        if constexpr (traits(format).hasMin)
            v = Simd::fma(by.minFactor, half(by.plane, by.padded), v);
    }
    Simd::storeF(y + at, v);
}

/** Four rows' bytes to registers of [outputs][4 inputs]. */
struct Interleaved {
    I r[4];
};
inline Interleaved interleave(const uint8_t * const * rows, size_t at) {
    const I a = Simd::loadI(rows[0] + at), b = Simd::loadI(rows[1] + at);
    const I c = Simd::loadI(rows[2] + at), d = Simd::loadI(rows[3] + at);
    const I ab0 = Simd::lo8(a, b), ab1 = Simd::hi8(a, b), cd0 = Simd::lo8(c, d), cd1 = Simd::hi8(c, d);
    return {{Simd::lo16(ab0, cd0), Simd::hi16(ab0, cd0), Simd::lo16(ab1, cd1), Simd::hi16(ab1, cd1)}};
}

template <Format format> void quantisedAddGroup(const PlaneShape & shape, const GroupWork & work, float * y) {
    constexpr FormatTraits t = traits(format);
    alignas(64) int8_t q[32];
    const int padded = (work.count + 3) & ~3;
    const QuantisedBlock h = quantiseBlock(work.values, padded, q);
    const int quads = padded / 4;
    int32_t quad[8];
    __builtin_memcpy(quad, q, sizeof(quad));
    const GroupScales by = {work.plane, work.super, Simd::setF(h.scale),
                            Simd::setF(h.scale * static_cast<float>(h.sum)), shape.padded};
    const I start = Simd::setI(-shape.offset * h.sum);
    constexpr int outputsPerChunk = t.bits == 4 ? 128 : 64;
    constexpr size_t planeStep = static_cast<size_t>(outputsPerChunk) * scaleBytes(format);
    const int chunks = (shape.padded + outputsPerChunk - 1) / outputsPerChunk;
    for (int chunk = 0; chunk < chunks; ++chunk) {
        const size_t at = static_cast<size_t>(chunk) * 64;
        for (int i = 0; i < work.aheadCount; ++i)
            Simd::prefetch(work.ahead[i] + at);
        if (work.nextPlane) {
            const uint8_t * next = work.nextPlane + static_cast<size_t>(chunk) * planeStep;
            for (size_t i = 0; i < planeStep; i += 64)
                Simd::prefetch(next + i);
        }
        if constexpr (hasSuper(format)) {
            constexpr size_t superStep = static_cast<size_t>(outputsPerChunk) * 4;
            for (size_t i = 0; work.nextSuper && i < superStep; i += 64)
                Simd::prefetch(work.nextSuper + static_cast<size_t>(chunk) * superStep + i);
        }
        const int out = chunk * outputsPerChunk;
        for (int part = 0; part < parts; ++part) {
            const size_t byte = at + static_cast<size_t>(part) * registerBytes;
            const int first = out + part * lanes;
            if constexpr (t.bits == 8) {
                I a0 = start, a1 = start, a2 = start, a3 = start;
                for (int k = 0; k < quads; ++k) {
                    const Interleaved w = interleave(work.rows + 4 * k, byte);
                    const I v = Simd::setI(quad[k]);
                    a0 = Simd::dot<isWide<format>()>(a0, w.r[0], v);
                    a1 = Simd::dot<isWide<format>()>(a1, w.r[1], v);
                    a2 = Simd::dot<isWide<format>()>(a2, w.r[2], v);
                    a3 = Simd::dot<isWide<format>()>(a3, w.r[3], v);
                }
                flush<format>(y, a0, by, first);
                flush<format>(y, a1, by, first + 16);
                flush<format>(y, a2, by, first + 32);
                flush<format>(y, a3, by, first + 48);
            } else {
                // The product of the whole byte is low + 16 * high: high comes back as (whole - low) >> 4,
                // exactly.
                const I zero = Simd::setI(0);
                I a0 = zero, a1 = zero, a2 = zero, a3 = zero, b0 = zero, b1 = zero, b2 = zero, b3 = zero;
                for (int k = 0; k < quads; ++k) {
                    const Interleaved w = interleave(work.rows + 4 * k, byte);
                    const I v = Simd::setI(quad[k]);
                    a0 = Simd::dot<false>(a0, Simd::lowNibbles(w.r[0]), v);
                    b0 = Simd::dot<true>(b0, w.r[0], v);
                    a1 = Simd::dot<false>(a1, Simd::lowNibbles(w.r[1]), v);
                    b1 = Simd::dot<true>(b1, w.r[1], v);
                    a2 = Simd::dot<false>(a2, Simd::lowNibbles(w.r[2]), v);
                    b2 = Simd::dot<true>(b2, w.r[2], v);
                    a3 = Simd::dot<false>(a3, Simd::lowNibbles(w.r[3]), v);
                    b3 = Simd::dot<true>(b3, w.r[3], v);
                }
                const auto low = [&](I a, int o) { flush<format>(y, Simd::addI(a, start), by, first + o); };
                low(a0, 0);
                low(a1, 16);
                low(a2, 32);
                low(a3, 48);
                if (out + 64 >= shape.padded)
                    continue;
                low(Simd::shiftRight4(Simd::subI(b0, a0)), 64);
                low(Simd::shiftRight4(Simd::subI(b1, a1)), 80);
                low(Simd::shiftRight4(Simd::subI(b2, a2)), 96);
                low(Simd::shiftRight4(Simd::subI(b3, a3)), 112);
            }
        }
    }
}

template <Format format> void plainAddGroup(const PlaneShape & shape, const GroupWork & work, float * y) {
    for (int out = 0; out < shape.padded; out += 32) {
        for (int i = 0; i < work.aheadCount; ++i)
            Simd::prefetch(work.ahead[i] + out * 2);
        for (int part = out; part < out + 32; part += lanes) {
            F acc = Simd::loadF(y + part);
            for (int k = 0; k < work.count; ++k) {
                const uint16_t * w = reinterpret_cast<const uint16_t *>(work.rows[k]);
                acc = Simd::fma(Simd::setF(work.values[k]), loadPlain<format>(w + part), acc);
            }
            Simd::storeF(y + part, acc);
        }
    }
}

} // namespace
