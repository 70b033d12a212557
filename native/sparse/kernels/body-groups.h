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
        constexpr bool isSigned = hasSignedScales<format>();
        const F scale = Simd::mul(half(by.super, 0), by.scale);
        v = Simd::fma(Simd::mul(Simd::toF(products), Simd::loadBytes<isSigned>(by.plane + at)), scale, v);
        if constexpr (traits(format).hasMin) {
            const F min = Simd::mul(half(by.super, by.padded), by.minFactor);
            v = Simd::fnma(Simd::loadBytes<isSigned>(by.plane + by.padded + at), min, v);
        }
    } else {
        v = Simd::fma(Simd::mul(Simd::toF(products), by.scale), half(by.plane, 0), v);
        if constexpr (traits(format).hasMin)
            v = Simd::fma(by.minFactor, half(by.plane, by.padded), v);
    }
    Simd::storeF(y + at, v);
}

/** Four rows' bytes as registers of [outputs][4 inputs]. */
struct Interleaved {
    I r[4];
};
inline Interleaved interleave(I a, I b, I c, I d) {
    const I ab0 = Simd::lo8(a, b), ab1 = Simd::hi8(a, b), cd0 = Simd::lo8(c, d), cd1 = Simd::hi8(c, d);
    return {{Simd::lo16(ab0, cd0), Simd::hi16(ab0, cd0), Simd::lo16(ab1, cd1), Simd::hi16(ab1, cd1)}};
}

/** How 64 outputs lie in a row: a byte each, or as nibbles; `split`: the last 64, low nibbles then high. */
enum class Outputs { bytes, low, high, split };

/** The quants of one register's outputs of any row. */
template <Format format, Outputs outputs> struct RowPart {
    size_t at;
    size_t upperAt;
    I upperShifts;
    int part;

    RowPart(const PlaneShape & shape, int first, int register_) : part(register_) {
        const size_t out = static_cast<size_t>(first), byte = static_cast<size_t>(part) * registerBytes;
        at = outputs == Outputs::bytes   ? out + byte
             : outputs == Outputs::split ? out / 2
                                         : out / 128 * 64 + byte;
        constexpr int bits = upperBits(format);
        if constexpr (bits > 0) {
            constexpr int perPlane = 128 / bits;
            upperAt = shape.nibbleBytes + out / perPlane * 16;
            const int field = (first % perPlane + part * registerBytes) / 16;
            upperShifts = Simd::pieceShifts(4 - field * bits, bits);
        }
    }
    I operator()(const uint8_t * row) const {
        I v;
        if constexpr (outputs == Outputs::split)
            v = Simd::splitNibbles(row + at, part);
        else if constexpr (outputs == Outputs::bytes)
            v = Simd::loadI(row + at);
        else
            v = outputs == Outputs::low ? Simd::lowNibbles(Simd::loadI(row + at))
                                        : Simd::highNibbles(Simd::loadI(row + at));
        if constexpr (upperBits(format) > 0)
            v = Simd::orMasked(v, Simd::spread(row + upperAt, upperShifts), upperMask<format>());
        return v;
    }
};

/** A group's inputs as int8. */
struct GroupInputs {
    const uint8_t * const * rows;
    int32_t quads[8]; /**< four inputs each */
    int count;        /**< of quads */
    I start;          /**< what every sum begins with */
};

/** 64 outputs from `first` on. Not inlined: with addNibbles in one function, registers do not suffice. */
template <Format format, Outputs outputs>
__attribute__((noinline)) void addOutputs(const PlaneShape & shape, const GroupInputs & in,
                                          const GroupScales & scales, int first, float * y) {
    const GroupScales by = scales; // y may not alias it
    for (int part = 0; part < parts; ++part) {
        const RowPart<format, outputs> load(shape, first, part);
        I a0 = in.start, a1 = in.start, a2 = in.start, a3 = in.start;
        for (int k = 0; k < in.count; ++k) {
            const uint8_t * const * rows = in.rows + 4 * k;
            const Interleaved w = interleave(load(rows[0]), load(rows[1]), load(rows[2]), load(rows[3]));
            const I v = Simd::setI(in.quads[k]);
            a0 = Simd::dot<isWide<format>()>(a0, w.r[0], v);
            a1 = Simd::dot<isWide<format>()>(a1, w.r[1], v);
            a2 = Simd::dot<isWide<format>()>(a2, w.r[2], v);
            a3 = Simd::dot<isWide<format>()>(a3, w.r[3], v);
        }
        const int out = first + part * lanes;
        flush<format>(y, a0, by, out);
        flush<format>(y, a1, by, out + 16);
        flush<format>(y, a2, by, out + 32);
        flush<format>(y, a3, by, out + 48);
    }
}

/**
 * 128 outputs of 4 bits. The product of the whole byte is low + 16 * high: high comes back as
 * (whole - low) >> 4, exactly.
 */
template <Format format>
inline void addNibbles(const GroupInputs & in, const GroupScales & scales, int first, float * y) {
    const GroupScales by = scales; // y may not alias it
    const I start = in.start;
    for (int part = 0; part < parts; ++part) {
        const size_t byte = static_cast<size_t>(first / 2 + part * registerBytes);
        const I zero = Simd::setI(0);
        I a0 = zero, a1 = zero, a2 = zero, a3 = zero, b0 = zero, b1 = zero, b2 = zero, b3 = zero;
        for (int k = 0; k < in.count; ++k) {
            const uint8_t * const * rows = in.rows + 4 * k;
            const Interleaved w = interleave(Simd::loadI(rows[0] + byte), Simd::loadI(rows[1] + byte),
                                             Simd::loadI(rows[2] + byte), Simd::loadI(rows[3] + byte));
            const I v = Simd::setI(in.quads[k]);
            a0 = Simd::dot<false>(a0, Simd::lowNibbles(w.r[0]), v);
            b0 = Simd::dot<true>(b0, w.r[0], v);
            a1 = Simd::dot<false>(a1, Simd::lowNibbles(w.r[1]), v);
            b1 = Simd::dot<true>(b1, w.r[1], v);
            a2 = Simd::dot<false>(a2, Simd::lowNibbles(w.r[2]), v);
            b2 = Simd::dot<true>(b2, w.r[2], v);
            a3 = Simd::dot<false>(a3, Simd::lowNibbles(w.r[3]), v);
            b3 = Simd::dot<true>(b3, w.r[3], v);
        }
        const int out = first + part * lanes;
        const auto add = [&](I a, int o) { flush<format>(y, Simd::addI(a, start), by, out + o); };
        add(a0, 0);
        add(a1, 16);
        add(a2, 32);
        add(a3, 48);
        add(Simd::shiftRight4(Simd::subI(b0, a0)), 64);
        add(Simd::shiftRight4(Simd::subI(b1, a1)), 80);
        add(Simd::shiftRight4(Simd::subI(b2, a2)), 96);
        add(Simd::shiftRight4(Simd::subI(b3, a3)), 112);
    }
}

/** The next group's scales for so many outputs from `first` on, into L2. */
template <Format format> inline void prefetchScales(const GroupWork & work, int first, int outputs) {
    const auto lines = [&](const uint8_t * plane, size_t bytes) {
        const size_t end = static_cast<size_t>(first + outputs) * bytes;
        for (size_t at = static_cast<size_t>(first) * bytes; plane && at < end; at += 64)
            Simd::prefetch(plane + at);
    };
    lines(work.nextPlane, scaleBytes(format));
    if constexpr (hasSuper(format))
        lines(work.nextSuper, superScaleBytes(format));
}

template <Format format> void quantisedAddGroup(const PlaneShape & shape, const GroupWork & work, float * y) {
    constexpr int bits = traits(format).bits;
    alignas(64) int8_t q[32];
    const int padded = (work.count + 3) & ~3;
    const QuantisedBlock h = quantiseBlock(work.values, padded, q);
    GroupInputs in = {work.rows, {}, padded / 4, Simd::setI(-shape.offset * h.sum)};
    __builtin_memcpy(in.quads, q, sizeof(in.quads));
    const GroupScales by = {work.plane, work.super, Simd::setF(h.scale),
                            Simd::setF(h.scale * static_cast<float>(h.sum)), shape.padded};
    constexpr int step = bits == 4 ? 128 : 64;
    size_t line = 0;
    for (int first = 0; first < shape.padded; first += step, line += 64) {
        for (int i = 0; line < shape.rowBytes && i < work.aheadCount; ++i)
            Simd::prefetch(work.ahead[i] + line);
        prefetchScales<format>(work, first, step);
        const bool last64 = first + 64 >= shape.padded;
        if constexpr (bits == 4) {
            if (last64)
                addOutputs<format, Outputs::split>(shape, in, by, first, y);
            else
                addNibbles<format>(in, by, first, y);
        } else if constexpr (bits == 8) {
            addOutputs<format, Outputs::bytes>(shape, in, by, first, y);
        } else if (first % 128 == 64) {
            addOutputs<format, Outputs::high>(shape, in, by, first, y);
        } else if (last64) {
            addOutputs<format, Outputs::split>(shape, in, by, first, y);
        } else {
            addOutputs<format, Outputs::low>(shape, in, by, first, y);
        }
    }
    for (int i = 0; i < work.aheadCount; ++i) // rows begin anywhere in a line
        Simd::prefetch(work.ahead[i] + shape.rowBytes - 1);
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
