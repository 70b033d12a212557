/** Activations to int8. Part of body.h. */
#pragma once

#include "kernels/body-common.h"

namespace {

/** A scale rounded to f16, as ggml stores it. */
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
    const int tailLanes = blocks % 16;
    alignas(64) int8_t q[32];
    for (int b = 0; b < blocks; ++b) {
        const bool packed = b / 16 == blocks / 16 && packedTail(tailLanes);
        const int step = packed ? tailLanes * 4 : 64;
        const QuantisedBlock r = quantiseBlock(x + b * block, block, q);
        int8_t * to = out.q + static_cast<size_t>(b / 16) * tileBytes + (b % 16) * 4;
        for (int k = 0; k < words; ++k)
            __builtin_memcpy(to + k * step, q + k * 4, 4);
        out.scale[b] = r.scale;
        out.sum[b] = static_cast<float>(r.sum);
        out.scaledSum[b] = r.scale * static_cast<float>(r.sum);
    }
}

} // namespace
