/** What the types with eight interleaved rows share: a register holds eight weights of each row. */
#pragma once

#include <cstdint>
#include <cstring>
#include <immintrin.h>

namespace sparse_pilot {
namespace {

/** A sum a row from two lanes a row. */
inline __m256i addLanePairs(__m512i v) {
    return _mm512_cvtepi64_epi32(_mm512_add_epi32(v, _mm512_srli_epi64(v, 32)));
}

inline __m256 eightHalves(const uint16_t * at) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i *>(at)));
}

inline __m512i eightBytes(const int8_t * at) {
    int64_t value;
    std::memcpy(&value, at, sizeof(value));
    return _mm512_set1_epi64(value);
}

/** Upstream's products of many columns are good; of a few it makes one at a time. */
constexpr int fewColumns = 16;

} // namespace
} // namespace sparse_pilot
