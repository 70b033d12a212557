/** Groups of inputs of a plane-split matrix (layout/planes.h). Part of body.h. */
#pragma once

#include "kernels/body-quantise.h"

namespace {

template <bool hasMin>
inline void flush(float * y, I products, F scale, F minFactor, const uint8_t * plane, int at, int padded) {
    const uint16_t * scales = reinterpret_cast<const uint16_t *>(plane);
    F v = Simd::fma(Simd::mul(Simd::toF(products), scale), Simd::loadF16(scales + at), Simd::loadF(y + at));
    if constexpr (hasMin)
        v = Simd::fma(minFactor, Simd::loadF16(scales + padded + at), v);
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
    const F scale = Simd::setF(h.scale), minFactor = Simd::setF(h.scale * static_cast<float>(h.sum));
    const I start = Simd::setI(-shape.offset * h.sum);
    constexpr int outputsPerChunk = t.bits == 4 ? 128 : 64;
    constexpr size_t planeStep = static_cast<size_t>(outputsPerChunk) * (t.hasMin ? 4 : 2);
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
                flush<t.hasMin>(y, a0, scale, minFactor, work.plane, first, shape.padded);
                flush<t.hasMin>(y, a1, scale, minFactor, work.plane, first + 16, shape.padded);
                flush<t.hasMin>(y, a2, scale, minFactor, work.plane, first + 32, shape.padded);
                flush<t.hasMin>(y, a3, scale, minFactor, work.plane, first + 48, shape.padded);
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
                const auto low = [&](I a, int o) {
                    flush<t.hasMin>(y, Simd::addI(a, start), scale, minFactor, work.plane, first + o,
                                    shape.padded);
                };
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
