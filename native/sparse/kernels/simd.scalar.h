/** 4 lanes in portable C++: the reference every other set is compared with, and the fallback. */
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

namespace {

struct Simd {
    static constexpr int lanes = 4;
    struct I {
        int32_t v[4];
    };
    struct F {
        float v[4];
    };
    struct Bytes {
        uint8_t v[16];
    };

    template <typename To, typename From> static To cast(const From & from) {
        static_assert(sizeof(To) == sizeof(From));
        To to;
        std::memcpy(&to, &from, sizeof(to));
        return to;
    }
    template <typename Fn> static I mapI(Fn fn) { return {{fn(0), fn(1), fn(2), fn(3)}}; }
    template <typename Fn> static F mapF(Fn fn) { return {{fn(0), fn(1), fn(2), fn(3)}}; }

    static I loadI(const void * p) {
        I r;
        std::memcpy(&r, p, sizeof(r));
        return r;
    }
    static I loadIPart(const void * p, int n) {
        I r = {};
        std::memcpy(&r, p, static_cast<size_t>(n) * 4);
        return r;
    }
    static F loadF(const float * p) {
        return mapF([p](int i) { return p[i]; });
    }
    static F loadFPart(const float * p, int n) {
        return mapF([p, n](int i) { return i < n ? p[i] : 0.0f; });
    }
    static void storeF(float * p, F a) { std::memcpy(p, &a, sizeof(a)); }
    static float half(uint16_t h) {
        const uint32_t sign = static_cast<uint32_t>(h & 0x8000) << 16;
        const uint32_t exponent = (h >> 10) & 31, mantissa = h & 1023;
        if (exponent == 0) {
            const float m = static_cast<float>(mantissa) * 0x1p-24f;
            return sign ? -m : m;
        }
        const uint32_t bits = exponent == 31 ? sign | 0x7f800000u | mantissa << 13
                                             : sign | (exponent + 112) << 23 | mantissa << 13;
        return cast<float>(bits);
    }
    static F loadF16(const uint16_t * p) {
        return mapF([p](int i) { return half(p[i]); });
    }
    static F loadF16Part(const uint16_t * p, int n) {
        return mapF([p, n](int i) { return i < n ? half(p[i]) : 0.0f; });
    }
    template <bool isSigned> static F loadBytes(const uint8_t * p) { return loadBytesPart<isSigned>(p, 4); }
    template <bool isSigned> static F loadBytesPart(const uint8_t * p, int n) {
        return mapF([p, n](int i) {
            return i >= n     ? 0.0f
                   : isSigned ? static_cast<float>(static_cast<int8_t>(p[i]))
                              : static_cast<float>(p[i]);
        });
    }
    /** Lane i holds p[i / each], each 8 or 16. */
    template <int each> static F repeatF16(const uint16_t * p, int) { return setF(half(*p)); }
    static F loadBF16(const uint16_t * p) {
        return mapF([p](int i) { return cast<float>(static_cast<uint32_t>(p[i]) << 16); });
    }
    static I setI(int32_t v) { return {{v, v, v, v}}; }
    static F setF(float v) { return {{v, v, v, v}}; }
    static I addI(I a, I b) {
        return mapI([&](int i) { return a.v[i] + b.v[i]; });
    }
    static I subI(I a, I b) {
        return mapI([&](int i) { return a.v[i] - b.v[i]; });
    }
    static I shiftRight4(I a) {
        return mapI([&](int i) { return a.v[i] >> 4; });
    }
    static I lowNibbles(I a) {
        return mapI([&](int i) { return a.v[i] & 0x0f0f0f0f; });
    }
    static I highNibbles(I a) {
        return mapI(
            [&](int i) { return static_cast<int32_t>(static_cast<uint32_t>(a.v[i]) >> 4) & 0x0f0f0f0f; });
    }
    /** Bits of every byte moved up (negative: down); what comes from another byte is for the caller to mask.
     */
    template <int by> static I shiftUp(I a) { return shiftWords(a, by); }
    static I shiftWords(I a, int by) {
        return mapI([&](int i) {
            const uint32_t v = static_cast<uint32_t>(a.v[i]);
            return static_cast<int32_t>(by >= 0 ? v << by : v >> -by);
        });
    }
    /** a | (b & mask), mask for every byte. */
    static I orMasked(I a, I b, int mask) {
        return mapI([&](int i) { return a.v[i] | (b.v[i] & mask * 0x01010101); });
    }
    /** For spread: the register goes up by `first`. */
    static I pieceShifts(int first, int) { return setI(first); }
    /** 16 bytes with their bits moved; see shiftUp. */
    static I spread(const uint8_t * p, I shifts) { return shiftWords(loadI(p), shifts.v[0]); }
    /** Register `part` of what 32 bytes hold as nibbles: the low ones, then the high ones. */
    static I splitNibbles(const uint8_t * p, int part) {
        const I v = loadI(p + part % 2 * 16);
        return part < 2 ? lowNibbles(v) : highNibbles(v);
    }
    template <bool wide> static I dot(I acc, I u, I s) {
        const Bytes a = cast<Bytes>(u), b = cast<Bytes>(s);
        return mapI([&](int i) {
            int32_t sum = acc.v[i];
            for (int k = 4 * i; k < 4 * i + 4; ++k)
                sum += a.v[k] * static_cast<int8_t>(b.v[k]);
            return sum;
        });
    }
    template <int first> static I interleave8(I x, I y) {
        const Bytes a = cast<Bytes>(x), b = cast<Bytes>(y);
        Bytes r;
        for (int i = 0; i < 8; ++i) {
            r.v[2 * i] = a.v[first + i];
            r.v[2 * i + 1] = b.v[first + i];
        }
        return cast<I>(r);
    }
    template <int first> static I interleave16(I x, I y) {
        const Bytes a = cast<Bytes>(x), b = cast<Bytes>(y);
        Bytes r;
        for (int i = 0; i < 4; ++i) {
            std::memcpy(r.v + 4 * i, a.v + first + 2 * i, 2);
            std::memcpy(r.v + 4 * i + 2, b.v + first + 2 * i, 2);
        }
        return cast<I>(r);
    }
    static I lo8(I a, I b) { return interleave8<0>(a, b); }
    static I hi8(I a, I b) { return interleave8<8>(a, b); }
    static I lo16(I a, I b) { return interleave16<0>(a, b); }
    static I hi16(I a, I b) { return interleave16<8>(a, b); }
    /** Lanes summed modulo n (1 or 2). */
    static I fold(I a, int n) {
        a = mapI([&](int i) { return a.v[i] + a.v[(i + 2) % 4]; });
        return n <= 1 ? mapI([&](int i) { return a.v[i] + a.v[i ^ 1]; }) : a;
    }
    static F toF(I a) {
        return mapF([&](int i) { return static_cast<float>(a.v[i]); });
    }
    static I round(F a) {
        return mapI([&](int i) { return static_cast<int32_t>(std::lrint(a.v[i])); });
    }
    static F powerOfTwo(I e) {
        return mapF([&](int i) { return cast<float>(static_cast<uint32_t>(e.v[i] + 127) << 23); });
    }
    static F add(F a, F b) {
        return mapF([&](int i) { return a.v[i] + b.v[i]; });
    }
    static F sub(F a, F b) {
        return mapF([&](int i) { return a.v[i] - b.v[i]; });
    }
    static F mul(F a, F b) {
        return mapF([&](int i) { return a.v[i] * b.v[i]; });
    }
    static F div(F a, F b) {
        return mapF([&](int i) { return a.v[i] / b.v[i]; });
    }
    static F fma(F a, F b, F c) {
        return mapF([&](int i) { return a.v[i] * b.v[i] + c.v[i]; });
    }
    static F fnma(F a, F b, F c) {
        return mapF([&](int i) { return c.v[i] - a.v[i] * b.v[i]; });
    }
    static F abs(F a) {
        return mapF([&](int i) { return std::fabs(a.v[i]); });
    }
    static F max(F a, F b) {
        return mapF([&](int i) { return a.v[i] > b.v[i] ? a.v[i] : b.v[i]; });
    }
    static F min(F a, F b) {
        return mapF([&](int i) { return a.v[i] < b.v[i] ? a.v[i] : b.v[i]; });
    }
    static float sum(F a) { return (a.v[0] + a.v[1]) + (a.v[2] + a.v[3]); }
    static float largest(F a) {
        const float x = a.v[0] > a.v[1] ? a.v[0] : a.v[1], y = a.v[2] > a.v[3] ? a.v[2] : a.v[3];
        return x > y ? x : y;
    }
    static void storeBytes(int8_t * p, I a) {
        for (int i = 0; i < 4; ++i)
            p[i] = static_cast<int8_t>(a.v[i]);
    }
    static F keepFrom(F a, F t) {
        return mapF([&](int i) { return a.v[i] >= t.v[i] ? a.v[i] : 0.0f; });
    }
    static int appendFrom(F a, F t, int base, int32_t * out) {
        int n = 0;
        for (int i = 0; i < 4; ++i) {
            out[n] = base + i;
            n += a.v[i] >= t.v[i];
        }
        return n;
    }
    static void prefetch(const void * p) { __builtin_prefetch(p, 0, 2); }
};

} // namespace
