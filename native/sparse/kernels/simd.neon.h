/** 4 lanes of NEON, with dot products (ARMv8.2) and those of mixed signs (i8mm) where the file is compiled
 * for them. */
#pragma once

#include <arm_neon.h>
#include <cstdint>
#include <cstring>

namespace {

struct Simd {
    static constexpr int lanes = 4;
    using I = int32x4_t;
    using F = float32x4_t;

    static uint8x16_t u8(I a) { return vreinterpretq_u8_s32(a); }
    static int8x16_t s8(I a) { return vreinterpretq_s8_s32(a); }
    static I fromU8(uint8x16_t a) { return vreinterpretq_s32_u8(a); }

    static I loadI(const void * p) { return fromU8(vld1q_u8(static_cast<const uint8_t *>(p))); }
    static I loadIPart(const void * p, int n) {
        int32_t part[4] = {};
        std::memcpy(part, p, static_cast<size_t>(n) * 4);
        return vld1q_s32(part);
    }
    static F loadF(const float * p) { return vld1q_f32(p); }
    static F loadFPart(const float * p, int n) {
        float part[4] = {};
        std::memcpy(part, p, static_cast<size_t>(n) * 4);
        return vld1q_f32(part);
    }
    static void storeF(float * p, F v) { vst1q_f32(p, v); }
    static F loadF16(const uint16_t * p) { return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p))); }
    static F loadF16Part(const uint16_t * p, int n) {
        uint16_t part[4] = {};
        std::memcpy(part, p, static_cast<size_t>(n) * 2);
        return loadF16(part);
    }
    template <bool isSigned> static F loadBytes(const uint8_t * p) {
        uint32_t word;
        std::memcpy(&word, p, sizeof(word));
        const uint8x8_t bytes = vreinterpret_u8_u32(vdup_n_u32(word));
        if constexpr (isSigned)
            return vcvtq_f32_s32(vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_u8(bytes)))));
        return vcvtq_f32_u32(vmovl_u16(vget_low_u16(vmovl_u8(bytes))));
    }
    template <bool isSigned> static F loadBytesPart(const uint8_t * p, int n) {
        uint8_t part[4] = {};
        std::memcpy(part, p, static_cast<size_t>(n));
        return loadBytes<isSigned>(part);
    }
    /** Lane i holds p[i / each], each 8 or 16. */
    template <int each> static F repeatF16(const uint16_t * p, int) {
        return vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(*p)));
    }
    static F loadBF16(const uint16_t * p) { return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(p), 16)); }
    static I setI(int32_t v) { return vdupq_n_s32(v); }
    static F setF(float v) { return vdupq_n_f32(v); }
    static I addI(I a, I b) { return vaddq_s32(a, b); }
    static I subI(I a, I b) { return vsubq_s32(a, b); }
    static I shiftRight4(I a) { return vshrq_n_s32(a, 4); }
    static I lowNibbles(I a) { return fromU8(vandq_u8(u8(a), vdupq_n_u8(15))); }
    static I highNibbles(I a) { return fromU8(vshrq_n_u8(u8(a), 4)); }
    /** Bits of every byte moved up (negative: down). */
    template <int by> static I shiftUp(I a) { return fromU8(vshlq_u8(u8(a), vdupq_n_s8(by))); }
    /** a | (b & mask), mask for every byte. */
    static I orMasked(I a, I b, int mask) {
        return fromU8(vorrq_u8(u8(a), vandq_u8(u8(b), vdupq_n_u8(static_cast<uint8_t>(mask)))));
    }
    /** For spread: the register goes up by `first`. */
    static I pieceShifts(int first, int) {
        return vreinterpretq_s32_s8(vdupq_n_s8(static_cast<int8_t>(first)));
    }
    /** 16 bytes with their bits moved. */
    static I spread(const uint8_t * p, I shifts) { return fromU8(vshlq_u8(vld1q_u8(p), s8(shifts))); }
    /** Register `part` of what 32 bytes hold as nibbles: the low ones, then the high ones. */
    static I splitNibbles(const uint8_t * p, int part) {
        const I v = loadI(p + part % 2 * 16);
        return part < 2 ? lowNibbles(v) : highNibbles(v);
    }
    /** Products of u8 and s8, four to a lane; `wide` where u exceeds 7 bits. */
    template <bool wide> static I dot(I acc, I u, I s) {
#if defined(__ARM_FEATURE_MATMUL_INT8)
        return vusdotq_s32(acc, u8(u), s8(s));
#elif defined(__ARM_FEATURE_DOTPROD)
        if constexpr (wide) { // u = (u ^ 128) as signed + 128
            const int8x16_t low = vreinterpretq_s8_u8(veorq_u8(u8(u), vdupq_n_u8(128)));
            const I sums = vdotq_s32(vdupq_n_s32(0), vdupq_n_s8(1), s8(s));
            return vaddq_s32(vdotq_s32(acc, low, s8(s)), vshlq_n_s32(sums, 7));
        } else {
            return vdotq_s32(acc, s8(u), s8(s));
        }
#else
        const int16x8_t uLow = vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(u8(u))));
        const int16x8_t uHigh = vreinterpretq_s16_u16(vmovl_u8(vget_high_u8(u8(u))));
        const int16x8_t sLow = vmovl_s8(vget_low_s8(s8(s))), sHigh = vmovl_s8(vget_high_s8(s8(s)));
        const I a = vmull_s16(vget_low_s16(uLow), vget_low_s16(sLow));
        const I b = vmull_s16(vget_high_s16(uLow), vget_high_s16(sLow));
        const I c = vmull_s16(vget_low_s16(uHigh), vget_low_s16(sHigh));
        const I d = vmull_s16(vget_high_s16(uHigh), vget_high_s16(sHigh));
        return vaddq_s32(acc, vpaddq_s32(vpaddq_s32(a, b), vpaddq_s32(c, d)));
#endif
    }
    static I lo8(I a, I b) { return fromU8(vzip1q_u8(u8(a), u8(b))); }
    static I hi8(I a, I b) { return fromU8(vzip2q_u8(u8(a), u8(b))); }
    static I lo16(I a, I b) {
        return vreinterpretq_s32_u16(vzip1q_u16(vreinterpretq_u16_s32(a), vreinterpretq_u16_s32(b)));
    }
    static I hi16(I a, I b) {
        return vreinterpretq_s32_u16(vzip2q_u16(vreinterpretq_u16_s32(a), vreinterpretq_u16_s32(b)));
    }
    /** Lanes summed modulo n (1 or 2). */
    static I fold(I a, int n) {
        a = vaddq_s32(a, vextq_s32(a, a, 2));
        return n <= 1 ? vaddq_s32(a, vrev64q_s32(a)) : a;
    }
    static F toF(I a) { return vcvtq_f32_s32(a); }
    static I round(F a) { return vcvtnq_s32_f32(a); }
    static F powerOfTwo(I e) {
        return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(e, vdupq_n_s32(127)), 23));
    }
    static F add(F a, F b) { return vaddq_f32(a, b); }
    static F sub(F a, F b) { return vsubq_f32(a, b); }
    static F mul(F a, F b) { return vmulq_f32(a, b); }
    static F div(F a, F b) { return vdivq_f32(a, b); }
    static F fma(F a, F b, F c) { return vfmaq_f32(c, a, b); }
    static F fnma(F a, F b, F c) { return vfmsq_f32(c, a, b); }
    static F abs(F a) { return vabsq_f32(a); }
    /** b where a is not a number, as on x86. */
    static F max(F a, F b) { return vmaxnmq_f32(a, b); }
    static F min(F a, F b) { return vminq_f32(a, b); }
    static float sum(F a) { return vaddvq_f32(a); }
    static float largest(F a) { return vmaxvq_f32(a); }
    static void storeBytes(int8_t * p, I a) {
        int32_t v[4];
        vst1q_s32(v, a);
        for (int i = 0; i < 4; ++i)
            p[i] = static_cast<int8_t>(v[i]);
    }
    static F keepFrom(F a, F t) {
        return vreinterpretq_f32_u32(vandq_u32(vcgeq_f32(a, t), vreinterpretq_u32_f32(a)));
    }
    static int appendFrom(F a, F t, int base, int32_t * out) {
        uint32_t m[4];
        vst1q_u32(m, vcgeq_f32(a, t));
        int n = 0;
        for (int i = 0; i < 4; ++i) {
            out[n] = base + i;
            n += static_cast<int>(m[i] & 1);
        }
        return n;
    }
    static void prefetch(const void * p) { __builtin_prefetch(p, 0, 2); }
};

} // namespace
