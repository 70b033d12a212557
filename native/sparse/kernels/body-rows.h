/** Products of block-transposed rows (layout/rows.h). Part of body.h. */
#pragma once

#include "kernels/body-common.h"

namespace {

inline int lanesLeft(int n, int part) {
    const int left = n - part * lanes;
    return left < 0 ? 0 : left > lanes ? lanes : left;
}

/** One register of lanes of one tile: the integer products of whole blocks, one block a lane. */
template <Format format>
inline I tileProducts(const uint8_t * quants, size_t step, const int8_t * x, int available) {
    constexpr FormatTraits t = traits(format);
    constexpr int words = t.block / 4;
    I a = Simd::setI(0), b = Simd::setI(0);
    if constexpr (t.bits == 4) {
        for (int k = 0; k < words / 2; ++k) {
            const uint8_t * p = quants + static_cast<size_t>(k) * step;
            const I v = available == lanes ? Simd::loadI(p) : Simd::loadIPart(p, available);
            a = Simd::dot<false>(a, Simd::lowNibbles(v), Simd::loadI(x + k * 64));
            b = Simd::dot<false>(b, Simd::highNibbles(v), Simd::loadI(x + (k + words / 2) * 64));
        }
    } else {
        for (int k = 0; k < words; k += 2) {
            const uint8_t * p = quants + static_cast<size_t>(k) * step;
            const I v = available == lanes ? Simd::loadI(p) : Simd::loadIPart(p, available);
            const I w = available == lanes ? Simd::loadI(p + step) : Simd::loadIPart(p + step, available);
            a = Simd::dot<isWide<format>()>(a, v, Simd::loadI(x + k * 64));
            b = Simd::dot<isWide<format>()>(b, w, Simd::loadI(x + k * 64 + 64));
        }
    }
    return Simd::addI(a, b);
}

template <Format format>
float quantisedRowDot(const uint8_t * row, const RowShape & shape, const ActivationView & x,
                      const uint8_t * ahead) {
    constexpr FormatTraits t = traits(format);
    constexpr size_t tileQuants = static_cast<size_t>(t.block) * 16 * t.bits / 8;
    const BlockedActivation & xs = t.block == 32 ? x.by32 : x.by16;
    const uint16_t * scales = reinterpret_cast<const uint16_t *>(row + shape.quantBytes);
    const uint16_t * mins = scales + shape.blocks;
    const F offset = Simd::setF(shape.offset);
    const int steps = shape.tiles + (shape.tailLanes ? 1 : 0);
    const uint8_t * aheadEnd = ahead + shape.stride;
    const size_t aheadStep =
        ((shape.stride / 64 + static_cast<size_t>(steps) - 1) / static_cast<size_t>(steps)) * 64;
    F acc = Simd::setF(0);
    for (int tile = 0; tile < steps; ++tile) {
        if (ahead) {
            const uint8_t * end = ahead + aheadStep < aheadEnd ? ahead + aheadStep : aheadEnd;
            for (; ahead < end; ahead += 64)
                Simd::prefetch(ahead);
        }
        const bool full = tile < shape.tiles;
        const int width = full ? 16 : shape.tailLanes;
        const uint8_t * quants = row + static_cast<size_t>(tile) * tileQuants;
        const int8_t * q = xs.q + static_cast<size_t>(tile) * t.block * 16;
        for (int part = 0; part < parts; ++part) {
            const int n = full ? lanes : lanesLeft(width, part);
            if (n == 0)
                break;
            const int at = tile * 16 + part * lanes;
            const I products = tileProducts<format>(
                quants + part * registerBytes, static_cast<size_t>(width) * 4, q + part * registerBytes, n);
            F f = Simd::toF(products);
            if constexpr (!t.hasMin)
                f = Simd::fnma(offset, Simd::loadF(xs.sum + at), f);
            const F scale = n == lanes ? Simd::loadF16(scales + at) : Simd::loadF16Part(scales + at, n);
            acc = Simd::fma(Simd::mul(f, Simd::loadF(xs.scale + at)), scale, acc);
            if constexpr (t.hasMin) {
                const F min = n == lanes ? Simd::loadF16(mins + at) : Simd::loadF16Part(mins + at, n);
                acc = Simd::fma(Simd::loadF(xs.scaledSum + at), min, acc);
            }
        }
    }
    return Simd::sum(acc);
}

template <Format format> inline float plainToFloat(const uint16_t * p) {
    uint16_t part[16] = {*p};
    float out[lanes];
    Simd::storeF(out, loadPlain<format>(part));
    return out[0];
}

template <Format format>
float plainRowDot(const uint8_t * row, const RowShape & shape, const ActivationView & x,
                  const uint8_t * ahead) {
    const uint16_t * w = reinterpret_cast<const uint16_t *>(row);
    F a = Simd::setF(0), b = Simd::setF(0);
    int i = 0;
    for (; i + 32 <= shape.n; i += 32) {
        if (ahead)
            Simd::prefetch(ahead + i * 2);
        for (int k = 0; k < 32; k += 2 * lanes) {
            a = Simd::fma(loadPlain<format>(w + i + k), Simd::loadF(x.plain + i + k), a);
            b = Simd::fma(loadPlain<format>(w + i + k + lanes), Simd::loadF(x.plain + i + k + lanes), b);
        }
    }
    float rest = 0;
    for (; i < shape.n; ++i)
        rest += plainToFloat<format>(w + i) * x.plain[i];
    return Simd::sum(Simd::add(a, b)) + rest;
}

} // namespace
