/** Products of block-transposed rows (layout/rows.h). Part of body.h. */
#pragma once

#include "kernels/body-common.h"

namespace {

inline int lanesLeft(int n, int part) {
    const int left = n - part * lanes;
    return left < 0 ? 0 : left > lanes ? lanes : left;
}

template <bool full> inline I loadLanes(const uint8_t * p, int n) {
    return full ? Simd::loadI(p) : Simd::loadIPart(p, n);
}

/** How a tile's words lie: bytes from one to the next, in the row and in x. */
struct WordSteps {
    size_t row;
    size_t x;
};

/** Words k and above of each half of a block of 5- or 6-bit quants; `upper` holds their upper bits. */
template <Format format, bool full, size_t k = 0>
inline void addWords(I & a, I & b, I upper, const uint8_t * quants, const int8_t * x, WordSteps step, int n) {
    constexpr size_t half = static_cast<size_t>(traits(format).block) / 8;
    constexpr int field = upperBits(format), mask = upperMask<format>();
    if constexpr (k < half) {
        const I v = loadLanes<full>(quants + k * step.row, n);
        const I low = Simd::shiftUp<4 - static_cast<int>(k) * field>(upper);
        const I high = Simd::shiftUp<4 - static_cast<int>(k + half) * field>(upper);
        a = Simd::dot<false>(a, Simd::orMasked(Simd::lowNibbles(v), low, mask), Simd::loadI(x + k * step.x));
        b = Simd::dot<false>(b, Simd::orMasked(Simd::highNibbles(v), high, mask),
                             Simd::loadI(x + (k + half) * step.x));
        addWords<format, full, k + 1>(a, b, upper, quants, x, step, n);
    }
}

/** One register of lanes of one tile: the integer products of whole blocks, one block a lane. */
template <Format format, bool full>
inline I tileProducts(const uint8_t * quants, const int8_t * x, WordSteps step, int n) {
    constexpr FormatTraits t = traits(format);
    constexpr size_t words = static_cast<size_t>(t.block) / 4;
    I a = Simd::setI(0), b = Simd::setI(0);
    if constexpr (t.bits == 4) {
        for (size_t k = 0; k < words / 2; ++k) {
            const I v = loadLanes<full>(quants + k * step.row, n);
            a = Simd::dot<false>(a, Simd::lowNibbles(v), Simd::loadI(x + k * step.x));
            b = Simd::dot<false>(b, Simd::highNibbles(v), Simd::loadI(x + (k + words / 2) * step.x));
        }
    } else if constexpr (upperBits(format) > 0) {
        addWords<format, full>(a, b, loadLanes<full>(quants + words / 2 * step.row, n), quants, x, step, n);
    } else {
        for (size_t k = 0; k < words; k += 2) {
            const I v = loadLanes<full>(quants + k * step.row, n);
            const I w = loadLanes<full>(quants + (k + 1) * step.row, n);
            a = Simd::dot<isWide<format>()>(a, v, Simd::loadI(x + k * step.x));
            b = Simd::dot<isWide<format>()>(b, w, Simd::loadI(x + (k + 1) * step.x));
        }
    }
    return Simd::addI(a, b);
}

/** The products of a packed tail of `width` blocks (packedTail, width < lanes), several words a register. */
template <Format format> inline I packedProducts(const uint8_t * quants, const int8_t * x, int width) {
    constexpr FormatTraits t = traits(format);
    const int all = t.block * t.bits / 32 * width; // registers' lanes of quants
    I a = Simd::setI(0);
    for (int i = 0; i < all; i += lanes) {
        const I v = all - i >= lanes ? Simd::loadI(quants + i * 4) : Simd::loadIPart(quants + i * 4, all - i);
        if constexpr (t.bits == 4) {
            a = Simd::dot<false>(a, Simd::lowNibbles(v), Simd::loadI(x + i * 4));
            a = Simd::dot<false>(a, Simd::highNibbles(v), Simd::loadI(x + (all + i) * 4));
        } else {
            a = Simd::dot<isWide<format>()>(a, v, Simd::loadI(x + i * 4));
        }
    }
    return Simd::fold(a, width);
}

/** The scales of `n` lanes of blocks from block `at` on. */
struct BlockScales {
    F scale;
    F min; /**< 0 where the format has none */
};

template <Format format>
inline BlockScales blockScales(const uint8_t * row, const RowShape & shape, int at, int n) {
    constexpr FormatTraits t = traits(format);
    const uint8_t * first = row + shape.quantBytes;
    if constexpr (hasSuper(format)) {
        const uint8_t * scales = first + at;
        const auto load = [n](const uint8_t * p) {
            constexpr bool isSigned = hasSignedScales<format>();
            return n == lanes ? Simd::loadBytes<isSigned>(p) : Simd::loadBytesPart<isSigned>(p, n);
        };
        const uint8_t * behind = first + (t.hasMin ? 2 : 1) * shape.blocks;
        const uint16_t * supers = reinterpret_cast<const uint16_t *>(behind) + at / t.super;
        const F scale = Simd::mul(load(scales), Simd::repeatF16<t.super>(supers, n));
        if constexpr (!t.hasMin)
            return {scale, Simd::setF(0)};
        const F min = Simd::sub(Simd::setF(0), load(scales + shape.blocks));
        return {scale, Simd::mul(min, Simd::repeatF16<t.super>(supers + shape.blocks / t.super, n))};
    } else {
        const auto load = [n](const uint16_t * p) {
            return n == lanes ? Simd::loadF16(p) : Simd::loadF16Part(p, n);
        };
        const uint16_t * scales = reinterpret_cast<const uint16_t *>(first) + at;
        return {load(scales), t.hasMin ? load(scales + shape.blocks) : Simd::setF(0)};
    }
}

template <Format format>
float quantisedRowDot(const uint8_t * row, const RowShape & shape, const ActivationView & x,
                      const uint8_t * ahead) {
    constexpr FormatTraits t = traits(format);
    constexpr size_t tileQuants = static_cast<size_t>(t.block) * 16 * t.bits / 8;
    const BlockedActivation & xs = t.block == 32 ? x.by32 : x.by16;
    const F offset = Simd::setF(shape.offset);
    const int steps = shape.tiles + (shape.tailLanes ? 1 : 0);
    const uint8_t * aheadEnd = ahead + shape.stride;
    const size_t lines = shape.stride / 64 + 1; // rows begin anywhere in a line
    const size_t aheadStep = (lines + static_cast<size_t>(steps) - 1) / static_cast<size_t>(steps) * 64;
    ahead -= reinterpret_cast<uintptr_t>(ahead) % 64;
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
        const bool packed = !full && packedTail(width);
        constexpr bool wordsAlike = upperBits(format) == 0; // each word brings all of its bits
        const size_t rowStep = static_cast<size_t>(width) * 4;
        const WordSteps step = {rowStep, packed ? rowStep : 64};
        for (int part = 0; part < parts; ++part) {
            const int n = full ? lanes : lanesLeft(width, part);
            if (n == 0)
                break;
            const int at = tile * 16 + part * lanes, byte = part * registerBytes;
            I products;
            if (full)
                products = tileProducts<format, true>(quants + byte, q + byte, step, n);
            else if (wordsAlike && packed && width < lanes)
                products = packedProducts<format>(quants, q, width);
            else
                products = tileProducts<format, false>(quants + byte, q + byte, step, n);
            F f = Simd::toF(products);
            if constexpr (!t.hasMin)
                f = Simd::fnma(offset, Simd::loadF(xs.sum + at), f);
            const BlockScales block = blockScales<format>(row, shape, at, n);
            acc = Simd::fma(Simd::mul(f, Simd::loadF(xs.scale + at)), block.scale, acc);
            if constexpr (t.hasMin)
                acc = Simd::fma(Simd::loadF(xs.scaledSum + at), block.min, acc);
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
