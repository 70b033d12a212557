/**
 * The kernels, once for every instruction set: include a simd.*.h, then this, in a file compiled for that
 * set. Everything is in an unnamed namespace and uses no library templates, so that no code compiled for a
 * newer instruction set can be picked by the linker for callers of an older one.
 *
 * Layouts do not depend on the set: 16 lanes are one register of AVX-512, two of AVX2, four of NEON.
 */
#pragma once

#include "kernels/kernel-table.h"

namespace {

using namespace sparse_pilot;
using I = Simd::I;
using F = Simd::F;

constexpr int lanes = Simd::lanes;
constexpr int parts = 16 / lanes; /**< registers per 64 bytes */
constexpr int registerBytes = lanes * 4;

inline int lanesLeft(int n, int part) {
    const int left = n - part * lanes;
    return left < 0 ? 0 : left > lanes ? lanes : left;
}

/** 1 / the f16 rounding of a scale, as ggml stores it. */
inline float toHalfAndBack(float value) {
    union {
        float f;
        uint32_t u;
    } bits{value};
    const uint32_t exponent = (bits.u >> 23) & 255;
    if (exponent < 113 || exponent > 142)
        return value; // f16 subnormals and overflow: keep the finer f32
    bits.u = (bits.u + 0xfff + ((bits.u >> 13) & 1)) & ~0x1fffu;
    return bits.f;
}

// ---------------------------------------------------------------- activations

struct QuantisedBlock {
    float scale;
    int sum;
};

/** n (a multiple of 4, at most 32) values to int8 with one scale, rounded as ggml's q8_0 does; q is padded
 * to 32. */
inline QuantisedBlock quantiseBlock(const float * x, int n, int8_t * q) {
    F largest = Simd::setF(0);
    for (int i = 0; i < n; i += lanes) {
        const F v = n - i >= lanes ? Simd::loadF(x + i) : Simd::loadFPart(x + i, n - i);
        largest = Simd::max(largest, Simd::abs(v));
    }
    const float amax = Simd::largest(largest);
    const float inverse = amax > 0 ? 127.0f / amax : 0.0f;
    const F factor = Simd::setF(inverse);
    int sum = 0;
    for (int i = 0; i < 32; i += lanes) {
        const int left = n - i < 0 ? 0 : n - i;
        const F v = left >= lanes ? Simd::loadF(x + i) : left ? Simd::loadFPart(x + i, left) : Simd::setF(0);
        Simd::storeBytes(q + i, Simd::round(Simd::mul(v, factor)));
    }
    for (int i = 0; i < 32; ++i)
        sum += q[i];
    return {toHalfAndBack(amax / 127.0f), sum};
}

void arrange(const float * x, int n, int block, BlockedActivation & out) {
    const int blocks = n / block, words = block / 4;
    const size_t tileBytes = static_cast<size_t>(block) * 16;
    alignas(64) int8_t q[32];
    for (int b = 0; b < blocks; ++b) {
        const QuantisedBlock r = quantiseBlock(x + b * block, block, q);
        int8_t * to = out.q + static_cast<size_t>(b / 16) * tileBytes + (b % 16) * 4;
        for (int k = 0; k < words; ++k)
            __builtin_memcpy(to + k * 64, q + k * 4, 4);
        out.scale[b] = r.scale;
        out.sum[b] = static_cast<float>(r.sum);
        out.scaledSum[b] = r.scale * static_cast<float>(r.sum);
    }
}

// ---------------------------------------------------------------- row products (block-transposed)

template <Format format> constexpr bool isWide() { return format == Format::Byte; }

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

template <Format format> inline F loadPlain(const uint16_t * p) {
    return format == Format::F16 ? Simd::loadF16(p) : Simd::loadBF16(p);
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

// ---------------------------------------------------------------- groups of inputs (plane-split)

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

// ---------------------------------------------------------------- activation functions and selection

/** e^x to about 1e-7 relative, saturating beyond +-87. */
inline F exponential(F x) {
    x = Simd::max(Simd::min(x, Simd::setF(87.0f)), Simd::setF(-87.0f));
    const I n = Simd::round(Simd::mul(x, Simd::setF(1.44269504f)));
    const F r = Simd::fnma(Simd::toF(n), Simd::setF(-2.12194440e-4f),
                           Simd::fnma(Simd::toF(n), Simd::setF(0.693359375f), x));
    F p = Simd::setF(1.0f / 5040);
    p = Simd::fma(p, r, Simd::setF(1.0f / 720));
    p = Simd::fma(p, r, Simd::setF(1.0f / 120));
    p = Simd::fma(p, r, Simd::setF(1.0f / 24));
    p = Simd::fma(p, r, Simd::setF(1.0f / 6));
    p = Simd::fma(p, r, Simd::setF(0.5f));
    p = Simd::fma(p, r, Simd::setF(1.0f));
    p = Simd::fma(p, r, Simd::setF(1.0f));
    return Simd::mul(p, Simd::powerOfTwo(n));
}

inline F sigmoid(F x) {
    return Simd::div(Simd::setF(1), Simd::add(Simd::setF(1), exponential(Simd::sub(Simd::setF(0), x))));
}

inline F activated(sp_act act, F x) {
    const F zero = Simd::setF(0);
    switch (act) {
    case SP_ACT_RELU:
        return Simd::max(x, zero);
    case SP_ACT_RELU_SQR: {
        const F r = Simd::max(x, zero);
        return Simd::mul(r, r);
    }
    case SP_ACT_GELU: { // 0.5 x (1 + tanh(u)) = x * sigmoid(2u)
        const F u = Simd::mul(Simd::mul(Simd::setF(2 * 0.79788456080286535588f), x),
                              Simd::fma(Simd::mul(Simd::setF(0.044715f), x), x, Simd::setF(1)));
        return Simd::mul(x, sigmoid(u));
    }
    case SP_ACT_SILU:
        break;
    }
    return Simd::mul(x, sigmoid(x));
}

void activate(sp_act act, float * values, int n) {
    int i = 0;
    for (; i + lanes <= n; i += lanes)
        Simd::storeF(values + i, activated(act, Simd::loadF(values + i)));
    if (i < n) {
        float part[lanes];
        Simd::storeF(part, activated(act, Simd::loadFPart(values + i, n - i)));
        for (int k = i; k < n; ++k)
            values[k] = part[k - i];
    }
}

int selectScores(const float * a, const float * w, int n, float threshold, int base, int32_t * ids,
                 SelectionEnergy & energy) {
    const F limit = Simd::setF(threshold);
    F all = Simd::setF(0), kept = Simd::setF(0);
    int count = 0, i = 0;
    for (; i + lanes <= n; i += lanes) {
        F score = Simd::abs(Simd::loadF(a + i));
        if (w)
            score = Simd::mul(score, Simd::loadF(w + i));
        const F keep = Simd::keepFrom(score, limit);
        all = Simd::fma(score, score, all);
        kept = Simd::fma(keep, keep, kept);
        count += Simd::appendFrom(score, limit, base + i, ids + count);
    }
    energy.all += static_cast<double>(Simd::sum(all));
    energy.kept += static_cast<double>(Simd::sum(kept));
    for (; i < n; ++i) {
        const float magnitude = a[i] < 0 ? -a[i] : a[i];
        const float score = w ? magnitude * w[i] : magnitude;
        energy.all += static_cast<double>(score) * static_cast<double>(score);
        if (!(score >= threshold))
            continue;
        energy.kept += static_cast<double>(score) * static_cast<double>(score);
        ids[count++] = base + i;
    }
    return count;
}

KernelTable makeTable(const char * name) {
    KernelTable t = {};
    t.name = name;
    t.arrange = arrange;
    t.rowDot[static_cast<int>(Format::Nibble)] = quantisedRowDot<Format::Nibble>;
    t.rowDot[static_cast<int>(Format::NibbleMin)] = quantisedRowDot<Format::NibbleMin>;
    t.rowDot[static_cast<int>(Format::Byte)] = quantisedRowDot<Format::Byte>;
    t.rowDot[static_cast<int>(Format::ByteMin)] = quantisedRowDot<Format::ByteMin>;
    t.rowDot[static_cast<int>(Format::ByteHalf)] = quantisedRowDot<Format::ByteHalf>;
    t.rowDot[static_cast<int>(Format::F16)] = plainRowDot<Format::F16>;
    t.rowDot[static_cast<int>(Format::BF16)] = plainRowDot<Format::BF16>;
    t.addGroup[static_cast<int>(Format::Nibble)] = quantisedAddGroup<Format::Nibble>;
    t.addGroup[static_cast<int>(Format::NibbleMin)] = quantisedAddGroup<Format::NibbleMin>;
    t.addGroup[static_cast<int>(Format::Byte)] = quantisedAddGroup<Format::Byte>;
    t.addGroup[static_cast<int>(Format::ByteMin)] = quantisedAddGroup<Format::ByteMin>;
    t.addGroup[static_cast<int>(Format::ByteHalf)] = quantisedAddGroup<Format::ByteHalf>;
    t.addGroup[static_cast<int>(Format::F16)] = plainAddGroup<Format::F16>;
    t.addGroup[static_cast<int>(Format::BF16)] = plainAddGroup<Format::BF16>;
    t.activate = activate;
    t.selectScores = selectScores;
    return t;
}

} // namespace
