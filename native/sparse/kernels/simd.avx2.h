/** 8 lanes of AVX2 with FMA and F16C. */
#pragma once

#include <cstdint>
#include <immintrin.h>

namespace {

struct Simd {
    static constexpr int lanes = 8;
    using I = __m256i;
    using F = __m256;

    static I laneMask(int n) {
        return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0));
    }
    static I loadI(const void * p) { return _mm256_loadu_si256(static_cast<const __m256i *>(p)); }
    static I loadIPart(const void * p, int n) {
        return _mm256_maskload_epi32(static_cast<const int *>(p), laneMask(n));
    }
    static F loadF(const float * p) { return _mm256_loadu_ps(p); }
    static F loadFPart(const float * p, int n) { return _mm256_maskload_ps(p, laneMask(n)); }
    static void storeF(float * p, F v) { _mm256_storeu_ps(p, v); }
    static F loadF16(const uint16_t * p) {
        return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p)));
    }
    static F loadF16Part(const uint16_t * p, int n) {
        alignas(16) uint16_t part[8] = {};
        for (int i = 0; i < n; ++i)
            part[i] = p[i];
        return loadF16(part);
    }
    template <bool isSigned> static F loadBytes(const uint8_t * p) {
        const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i *>(p));
        return _mm256_cvtepi32_ps(isSigned ? _mm256_cvtepi8_epi32(bytes) : _mm256_cvtepu8_epi32(bytes));
    }
    template <bool isSigned> static F loadBytesPart(const uint8_t * p, int n) {
        alignas(8) uint8_t part[8] = {};
        for (int i = 0; i < n; ++i)
            part[i] = p[i];
        return loadBytes<isSigned>(part);
    }
    /** Lane i holds p[i / each], each 8 or 16. */
    template <int each> static F repeatF16(const uint16_t * p, int) { return setF(_cvtsh_ss(*p)); }
    static F loadBF16(const uint16_t * p) {
        const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p));
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(v), 16));
    }
    static I setI(int32_t v) { return _mm256_set1_epi32(v); }
    static F setF(float v) { return _mm256_set1_ps(v); }
    static I addI(I a, I b) { return _mm256_add_epi32(a, b); }
    static I subI(I a, I b) { return _mm256_sub_epi32(a, b); }
    static I shiftRight4(I a) { return _mm256_srai_epi32(a, 4); }
    static I lowNibbles(I a) { return _mm256_and_si256(a, _mm256_set1_epi8(15)); }
    static I highNibbles(I a) { return lowNibbles(_mm256_srli_epi16(a, 4)); }
    /** Bits of every byte moved up (negative: down); what comes from another byte is for the caller to mask.
     */
    template <int by> static I shiftUp(I a) {
        return by >= 0 ? _mm256_slli_epi16(a, by > 0 ? by : 0) : _mm256_srli_epi16(a, by < 0 ? -by : 0);
    }
    /** a | (b & mask), mask for every byte. */
    static I orMasked(I a, I b, int mask) {
        return _mm256_or_si256(a, _mm256_and_si256(b, _mm256_set1_epi8(static_cast<char>(mask))));
    }
    /** For spread: the n-th piece of 16 bytes goes up by first - n * step. */
    static I pieceShifts(int first, int step) {
        const int second = first - step;
        return _mm256_set_epi32(second, second, second, second, first, first, first, first);
    }
    /** 16 bytes in every piece of 16, with their bits moved; see shiftUp. */
    static I spread(const uint8_t * p, I shifts) {
        const I v = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p)));
        // counts beyond 31, and so negative ones, give 0
        return _mm256_or_si256(_mm256_sllv_epi32(v, shifts),
                               _mm256_srlv_epi32(v, _mm256_sub_epi32(_mm256_setzero_si256(), shifts)));
    }
    /** Register `part` of what 32 bytes hold as nibbles: the low ones, then the high ones. */
    static I splitNibbles(const uint8_t * p, int part) {
        return part == 0 ? lowNibbles(loadI(p)) : highNibbles(loadI(p));
    }
    /** Products of u8 and s8, four to a lane; `wide` where u exceeds 7 bits and maddubs would saturate. */
    template <bool wide> static I dot(I acc, I u, I s) {
        if constexpr (wide) {
            const I uEven = _mm256_and_si256(u, _mm256_set1_epi16(255)), uOdd = _mm256_srli_epi16(u, 8);
            const I sEven = _mm256_srai_epi16(_mm256_slli_epi16(s, 8), 8), sOdd = _mm256_srai_epi16(s, 8);
            return _mm256_add_epi32(
                acc, _mm256_add_epi32(_mm256_madd_epi16(uEven, sEven), _mm256_madd_epi16(uOdd, sOdd)));
        } else {
            return _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_maddubs_epi16(u, s), _mm256_set1_epi16(1)));
        }
    }
    static I lo8(I a, I b) { return _mm256_unpacklo_epi8(a, b); }
    static I hi8(I a, I b) { return _mm256_unpackhi_epi8(a, b); }
    static I lo16(I a, I b) { return _mm256_unpacklo_epi16(a, b); }
    static I hi16(I a, I b) { return _mm256_unpackhi_epi16(a, b); }
    /** Lanes summed modulo n (1, 2 or 4). */
    static I fold(I a, int n) {
        a = _mm256_add_epi32(a, _mm256_permute4x64_epi64(a, 0x4e));
        if (n <= 2)
            a = _mm256_add_epi32(a, _mm256_shuffle_epi32(a, 0x4e));
        if (n <= 1)
            a = _mm256_add_epi32(a, _mm256_shuffle_epi32(a, 0xb1));
        return a;
    }
    static F toF(I a) { return _mm256_cvtepi32_ps(a); }
    static I round(F a) { return _mm256_cvtps_epi32(a); }
    static F powerOfTwo(I e) {
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(e, _mm256_set1_epi32(127)), 23));
    }
    static F add(F a, F b) { return _mm256_add_ps(a, b); }
    static F sub(F a, F b) { return _mm256_sub_ps(a, b); }
    static F mul(F a, F b) { return _mm256_mul_ps(a, b); }
    static F div(F a, F b) { return _mm256_div_ps(a, b); }
    static F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
    static F fnma(F a, F b, F c) { return _mm256_fnmadd_ps(a, b, c); }
    static F abs(F a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
    static F max(F a, F b) { return _mm256_max_ps(a, b); }
    static F min(F a, F b) { return _mm256_min_ps(a, b); }
    static float sum(F a) {
        __m128 s = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
        s = _mm_add_ps(s, _mm_movehl_ps(s, s));
        return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
    }
    static float largest(F a) {
        __m128 s = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
        s = _mm_max_ps(s, _mm_movehl_ps(s, s));
        return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
    }
    static void storeBytes(int8_t * p, I a) {
        const __m128i w = _mm_packs_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
        _mm_storel_epi64(reinterpret_cast<__m128i *>(p), _mm_packs_epi16(w, w));
    }
    static F keepFrom(F a, F t) { return _mm256_and_ps(_mm256_cmp_ps(a, t, _CMP_GE_OQ), a); }
    static int appendFrom(F a, F t, int base, int32_t * out) {
        unsigned m = static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(a, t, _CMP_GE_OQ)));
        int n = 0;
        for (; m; m &= m - 1)
            out[n++] = base + __builtin_ctz(m);
        return n;
    }
    static void prefetch(const void * p) { _mm_prefetch(static_cast<const char *>(p), _MM_HINT_T1); }
};

} // namespace
