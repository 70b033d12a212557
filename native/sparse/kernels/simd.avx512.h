/** 16 lanes of AVX-512 (F, BW, DQ, VL), with VNNI where the file is compiled for it. */
#pragma once

#include <cstdint>
#include <immintrin.h>

namespace {

struct Simd {
    static constexpr int lanes = 16;
    using I = __m512i;
    using F = __m512;

    static I loadI(const void * p) { return _mm512_loadu_si512(p); }
    static I loadIPart(const void * p, int n) {
        return _mm512_maskz_loadu_epi32(static_cast<__mmask16>((1u << n) - 1), p);
    }
    static F loadF(const float * p) { return _mm512_loadu_ps(p); }
    static F loadFPart(const float * p, int n) {
        return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << n) - 1), p);
    }
    static void storeF(float * p, F v) { _mm512_storeu_ps(p, v); }
    static F loadF16(const uint16_t * p) {
        return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(p)));
    }
    static F loadF16Part(const uint16_t * p, int n) {
        return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(static_cast<__mmask16>((1u << n) - 1), p));
    }
    template <bool isSigned> static F loadBytes(const uint8_t * p) {
        return fromBytes<isSigned>(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p)));
    }
    template <bool isSigned> static F loadBytesPart(const uint8_t * p, int n) {
        return fromBytes<isSigned>(_mm_maskz_loadu_epi8(static_cast<__mmask16>((1u << n) - 1), p));
    }
    template <bool isSigned> static F fromBytes(__m128i bytes) {
        return _mm512_cvtepi32_ps(isSigned ? _mm512_cvtepi8_epi32(bytes) : _mm512_cvtepu8_epi32(bytes));
    }
    /** Lane i < n holds p[i / each], each 8 or 16; of 8, others are 0 and two values are read in any case. */
    template <int each> static F repeatF16(const uint16_t * p, int n) {
        if constexpr (each == 16)
            return _mm512_set1_ps(_cvtsh_ss(*p));
        int32_t two;
        __builtin_memcpy(&two, p, sizeof(two));
        const __m256i order =
            _mm256_set_epi64x(0x0302030203020302, 0x0302030203020302, 0x0100010001000100, 0x0100010001000100);
        return _mm512_maskz_cvtph_ps(static_cast<__mmask16>((1u << n) - 1),
                                     _mm256_shuffle_epi8(_mm256_set1_epi32(two), order));
    }
    static F loadBF16(const uint16_t * p) {
        const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p));
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(v), 16));
    }
    static I setI(int32_t v) { return _mm512_set1_epi32(v); }
    static F setF(float v) { return _mm512_set1_ps(v); }
    static I addI(I a, I b) { return _mm512_add_epi32(a, b); }
    static I subI(I a, I b) { return _mm512_sub_epi32(a, b); }
    static I shiftRight4(I a) { return _mm512_srai_epi32(a, 4); }
    static I lowNibbles(I a) { return _mm512_and_si512(a, _mm512_set1_epi8(15)); }
    static I highNibbles(I a) { return lowNibbles(_mm512_srli_epi16(a, 4)); }
    /** Bits of every byte moved up (negative: down); what comes from another byte is for the caller to mask.
     */
    template <int by> static I shiftUp(I a) {
        return by >= 0 ? _mm512_slli_epi16(a, by > 0 ? by : 0) : _mm512_srli_epi16(a, by < 0 ? -by : 0);
    }
    /** a | (b & mask), mask for every byte. */
    static I orMasked(I a, I b, int mask) {
        return _mm512_ternarylogic_epi32(a, b, _mm512_set1_epi8(static_cast<char>(mask)), 0xf8);
    }
    /** For spread: the n-th piece of 16 bytes goes up by first - n * step. */
    static I pieceShifts(int first, int step) {
        const I piece = _mm512_set_epi32(3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0);
        return _mm512_sub_epi32(setI(first), _mm512_mullo_epi32(piece, setI(step)));
    }
    /** 16 bytes in every piece of 16, with their bits moved; see shiftUp. */
    static I spread(const uint8_t * p, I shifts) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p));
        return _mm512_rolv_epi32(_mm512_broadcast_i32x4(bytes), shifts);
    }
    /** A register of what 32 bytes hold as nibbles: the low ones, then the high ones. */
    static I splitNibbles(const uint8_t * p, int) {
        const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p));
        return lowNibbles(_mm512_inserti64x4(_mm512_castsi256_si512(v), _mm256_srli_epi16(v, 4), 1));
    }
    template <bool wide> static I dot(I acc, I u, I s) {
#ifdef __AVX512VNNI__
        return _mm512_dpbusd_epi32(acc, u, s);
#else
        if constexpr (wide) {
            const I uEven = _mm512_and_si512(u, _mm512_set1_epi16(255)), uOdd = _mm512_srli_epi16(u, 8);
            const I sEven = _mm512_srai_epi16(_mm512_slli_epi16(s, 8), 8), sOdd = _mm512_srai_epi16(s, 8);
            return _mm512_add_epi32(
                acc, _mm512_add_epi32(_mm512_madd_epi16(uEven, sEven), _mm512_madd_epi16(uOdd, sOdd)));
        } else {
            return _mm512_add_epi32(acc, _mm512_madd_epi16(_mm512_maddubs_epi16(u, s), _mm512_set1_epi16(1)));
        }
#endif
    }
    static I lo8(I a, I b) { return _mm512_unpacklo_epi8(a, b); }
    static I hi8(I a, I b) { return _mm512_unpackhi_epi8(a, b); }
    static I lo16(I a, I b) { return _mm512_unpacklo_epi16(a, b); }
    static I hi16(I a, I b) { return _mm512_unpackhi_epi16(a, b); }
    /** Lanes summed modulo n (1, 2, 4 or 8): lane i < n holds the sum of lanes i, i + n, ... */
    static I fold(I a, int n) {
        a = _mm512_add_epi32(a, _mm512_shuffle_i64x2(a, a, 0x4e));
        if (n <= 4)
            a = _mm512_add_epi32(a, _mm512_shuffle_i64x2(a, a, 0xb1));
        if (n <= 2)
            a = _mm512_add_epi32(a, _mm512_shuffle_epi32(a, _MM_PERM_BADC));
        if (n <= 1)
            a = _mm512_add_epi32(a, _mm512_shuffle_epi32(a, _MM_PERM_CDAB));
        return a;
    }
    static F toF(I a) { return _mm512_cvtepi32_ps(a); }
    static I round(F a) { return _mm512_cvtps_epi32(a); }
    static F powerOfTwo(I e) {
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_add_epi32(e, _mm512_set1_epi32(127)), 23));
    }
    static F add(F a, F b) { return _mm512_add_ps(a, b); }
    static F sub(F a, F b) { return _mm512_sub_ps(a, b); }
    static F mul(F a, F b) { return _mm512_mul_ps(a, b); }
    static F div(F a, F b) { return _mm512_div_ps(a, b); }
    static F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
    static F fnma(F a, F b, F c) { return _mm512_fnmadd_ps(a, b, c); }
    static F abs(F a) { return _mm512_abs_ps(a); }
    static F max(F a, F b) { return _mm512_max_ps(a, b); }
    static F min(F a, F b) { return _mm512_min_ps(a, b); }
    static float sum(F a) { return _mm512_reduce_add_ps(a); }
    static float largest(F a) { return _mm512_reduce_max_ps(a); }
    static void storeBytes(int8_t * p, I a) {
        _mm_storeu_si128(reinterpret_cast<__m128i *>(p), _mm512_cvtepi32_epi8(a));
    }
    /** a where a >= t, otherwise 0. */
    static F keepFrom(F a, F t) { return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(a, t, _CMP_GE_OQ), a); }
    /** Appends base+lane for lanes with a >= t. Writes 16 lanes: compressing into memory takes Zen 4 over a
     * hundred cycles. */
    static int appendFrom(F a, F t, int base, int32_t * out) {
        const __mmask16 m = _mm512_cmp_ps_mask(a, t, _CMP_GE_OQ);
        const I id = _mm512_add_epi32(_mm512_set1_epi32(base),
                                      _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
        _mm512_storeu_si512(out, _mm512_maskz_compress_epi32(m, id));
        return __builtin_popcount(m);
    }
    static void prefetch(const void * p) { _mm_prefetch(static_cast<const char *>(p), _MM_HINT_T1); }
};

} // namespace
