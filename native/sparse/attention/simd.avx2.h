/** 8 lanes of AVX2 as upstream's half-precision products use them (ggml-cpu, simd-mappings.h). */
#pragma once

#include "attention/exponential.h"

#include <immintrin.h>

namespace {

struct Simd {
    static constexpr int lanes = 8;
    /** Rows that fit into the registers together. */
    static constexpr int rows = 2;
    using F = __m256;

    static F zero() { return _mm256_setzero_ps(); }
    static F set(float value) { return _mm256_set1_ps(value); }
    static F load(const float * p) { return _mm256_load_ps(p); }
    static F loadAny(const float * p) { return _mm256_loadu_ps(p); }
    static void store(float * p, F v) { _mm256_store_ps(p, v); }
    static void storeAny(float * p, F v) { _mm256_storeu_ps(p, v); }
    static F widen(const uint16_t * p) {
        return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p)));
    }
    /** Rounded to half precision. */
    static F half(F v) { return _mm256_cvtph_ps(_mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT)); }
    static F add(F a, F b) { return _mm256_add_ps(a, b); }
    static F sub(F a, F b) { return _mm256_sub_ps(a, b); }
    static F mul(F a, F b) { return _mm256_mul_ps(a, b); }
    static F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
    static uint32_t greater(F a, F b) { return bits(_mm256_cmp_ps(a, b, _CMP_GT_OQ)); }
    static uint32_t differ(F a, F b) { return bits(_mm256_cmp_ps(a, b, _CMP_NEQ_UQ)); }
    /** 0 in the lanes whose bit is not set. */
    static F keep(F v, uint32_t lanesKept) {
        const __m256i own = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
        const __m256i set = _mm256_and_si256(_mm256_set1_epi32(static_cast<int>(lanesKept)), own);
        return _mm256_and_ps(v, _mm256_castsi256_ps(_mm256_cmpeq_epi32(set, own)));
    }

    /** Lane i: the sum of register i, in the order of GGML_F32x8_REDUCE. */
    static F sums(const F * v) {
        const auto halves = [&](int i) {
            return _mm256_add_ps(_mm256_permute2f128_ps(v[i], v[4 + i], 0x20),
                                 _mm256_permute2f128_ps(v[i], v[4 + i], 0x31));
        };
        return _mm256_hadd_ps(_mm256_hadd_ps(halves(0), halves(1)), _mm256_hadd_ps(halves(2), halves(3)));
    }

    /** exp of values up to 0. */
    static F exp(F x) {
        const F e = _mm256_set_m128(expHalf(_mm256_extractf128_ps(x, 1)), expHalf(_mm256_castps256_ps128(x)));
        return _mm256_andnot_ps(_mm256_cmp_ps(x, set(Exponential::least), _CMP_LT_OQ), e);
    }

  private:
    static uint32_t bits(F mask) { return static_cast<uint32_t>(_mm256_movemask_ps(mask)); }
    static __m128 expHalf(__m128 x) {
        const __m256d wide = _mm256_cvtps_pd(x);
        const __m256d perStep = _mm256_set1_pd(Exponential::perStep);
        const __m256d shifted = _mm256_fmadd_pd(wide, perStep, _mm256_set1_pd(Exponential::shift));
        const __m256i step = _mm256_castpd_si256(shifted);
        const __m256d k = _mm256_sub_pd(shifted, _mm256_set1_pd(Exponential::shift));
        const __m256d r = _mm256_fmsub_pd(wide, perStep, k);
        const __m256i index = _mm256_and_si256(step, _mm256_set1_epi64x(31));
        const auto * table = reinterpret_cast<const long long *>(Exponential::powers);
        const __m256i power =
            _mm256_add_epi64(_mm256_i64gather_epi64(table, index, 8), _mm256_slli_epi64(step, 47));
        const __m256d z =
            _mm256_fmadd_pd(_mm256_set1_pd(Exponential::cubic), r, _mm256_set1_pd(Exponential::square));
        const __m256d y = _mm256_fmadd_pd(_mm256_set1_pd(Exponential::linear), r, _mm256_set1_pd(1.0));
        const __m256d cubic = _mm256_fmadd_pd(z, _mm256_mul_pd(r, r), y);
        return _mm256_cvtpd_ps(_mm256_mul_pd(cubic, _mm256_castsi256_pd(power)));
    }
};

} // namespace
