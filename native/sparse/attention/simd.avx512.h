/** 16 lanes of AVX-512 as upstream's half-precision products use them (ggml-cpu, simd-mappings.h). */
#pragma once

#include "attention/exponential.h"

#include <immintrin.h>

namespace {

struct Simd {
    static constexpr int lanes = 16;
    /** Rows that fit into the registers together. */
    static constexpr int rows = 4;
    using F = __m512;

    static F zero() { return _mm512_setzero_ps(); }
    static F set(float value) { return _mm512_set1_ps(value); }
    static F load(const float * p) { return _mm512_load_ps(p); }
    static F loadAny(const float * p) { return _mm512_loadu_ps(p); }
    static void store(float * p, F v) { _mm512_store_ps(p, v); }
    static void storeAny(float * p, F v) { _mm512_storeu_ps(p, v); }
    static F widen(const uint16_t * p) {
        return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(p)));
    }
    /** Rounded to half precision. */
    static F half(F v) { return _mm512_cvtph_ps(_mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT)); }
    static F add(F a, F b) { return _mm512_add_ps(a, b); }
    static F sub(F a, F b) { return _mm512_sub_ps(a, b); }
    static F mul(F a, F b) { return _mm512_mul_ps(a, b); }
    static F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
    static uint32_t greater(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }
    static uint32_t differ(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_NEQ_UQ); }
    /** 0 in the lanes whose bit is not set. */
    static F keep(F v, uint32_t bits) { return _mm512_maskz_mov_ps(static_cast<__mmask16>(bits), v); }

    /** Lane i: the sum of register i, in the order of _mm512_reduce_add_ps. */
    static F sums(const F * v) {
        const auto column = [&](int i) {
            return quarters(halves(v[i], v[4 + i]), halves(v[8 + i], v[12 + i]));
        };
        return neighbours(pairs(column(0), column(1)), pairs(column(2), column(3)));
    }

    /** exp of values up to 0. */
    static F exp(F x) {
        const __m256 low = expHalf(_mm512_castps512_ps256(x));
        const __m256 high = expHalf(_mm512_extractf32x8_ps(x, 1));
        const F e = _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
        return _mm512_mask_mov_ps(e, _mm512_cmp_ps_mask(x, set(Exponential::least), _CMP_LT_OQ), zero());
    }

  private:
    // Each adds what lies that far apart, of a to the front of the result and of b to its back.
    static F halves(F a, F b) {
        return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0b01'00'01'00),
                             _mm512_shuffle_f32x4(a, b, 0b11'10'11'10));
    }
    static F quarters(F a, F b) {
        return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0b10'00'10'00),
                             _mm512_shuffle_f32x4(a, b, 0b11'01'11'01));
    }
    static F pairs(F a, F b) {
        return _mm512_add_ps(_mm512_shuffle_ps(a, b, 0b01'00'01'00), _mm512_shuffle_ps(a, b, 0b11'10'11'10));
    }
    static F neighbours(F a, F b) {
        return _mm512_add_ps(_mm512_shuffle_ps(a, b, 0b10'00'10'00), _mm512_shuffle_ps(a, b, 0b11'01'11'01));
    }
    static __m256 expHalf(__m256 x) {
        const __m512d wide = _mm512_cvtps_pd(x);
        const __m512d perStep = _mm512_set1_pd(Exponential::perStep);
        const __m512d shifted = _mm512_fmadd_pd(wide, perStep, _mm512_set1_pd(Exponential::shift));
        const __m512i step = _mm512_castpd_si512(shifted);
        const __m512d k = _mm512_sub_pd(shifted, _mm512_set1_pd(Exponential::shift));
        const __m512d r = _mm512_fmsub_pd(wide, perStep, k);
        const auto table = [](int eight) { return _mm512_load_si512(Exponential::powers + 8 * eight); };
        const __m512i low = _mm512_permutex2var_epi64(table(0), step, table(1));
        const __m512i high = _mm512_permutex2var_epi64(table(2), step, table(3));
        const __mmask8 upper = _mm512_test_epi64_mask(step, _mm512_set1_epi64(16));
        const __m512i power =
            _mm512_add_epi64(_mm512_mask_mov_epi64(low, upper, high), _mm512_slli_epi64(step, 47));
        const __m512d z =
            _mm512_fmadd_pd(_mm512_set1_pd(Exponential::cubic), r, _mm512_set1_pd(Exponential::square));
        const __m512d y = _mm512_fmadd_pd(_mm512_set1_pd(Exponential::linear), r, _mm512_set1_pd(1.0));
        const __m512d cubic = _mm512_fmadd_pd(z, _mm512_mul_pd(r, r), y);
        return _mm512_cvtpd_ps(_mm512_mul_pd(cubic, _mm512_castsi512_pd(power)));
    }
};

} // namespace
