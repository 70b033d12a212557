#include "layout/unpack.h"

#define GGML_COMMON_DECL_C
#include "ggml-common.h"
#include "ggml.h"

namespace sparse_pilot {

namespace {

struct SixBitScales {
    int scale;
    int min;
};

SixBitScales sixBit(const uint8_t * q, int j) {
    if (j < 4)
        return {q[j] & 63, q[j + 4] & 63};
    return {(q[j + 4] & 15) | ((q[j - 4] >> 6) << 4), (q[j + 4] >> 4) | ((q[j] >> 6) << 4)};
}

template <typename Block> void unpackNibbles(const Block & block, uint8_t * out) {
    for (int i = 0; i < 16; ++i) {
        out[i] = block.qs[i] & 15;
        out[i + 16] = block.qs[i] >> 4;
    }
}

template <typename Block> void unpackFiveBits(const Block & block, uint8_t * out) {
    unpackNibbles(block, out);
    for (int i = 0; i < 32; ++i)
        out[i] = static_cast<uint8_t>(out[i] | (((block.qh[i / 8] >> (i % 8)) & 1) << 4));
}

/** The scales of Q4_K and Q5_K. */
template <typename Block> void unpackSixBitScales(const Block & block, UnpackedRow & out, size_t at) {
    out.superScales[at] = block.d;
    out.superMins[at] = block.dmin;
    for (size_t j = 0; j < 8; ++j) {
        const SixBitScales s = sixBit(block.scales, static_cast<int>(j));
        out.scales[at * 8 + j] = static_cast<uint16_t>(s.scale);
        out.mins[at * 8 + j] = static_cast<uint16_t>(s.min);
    }
}

void unpackQ4K(const block_q4_K & block, UnpackedRow & out, size_t at) {
    unpackSixBitScales(block, out, at);
    for (size_t j = 0; j < 8; ++j) {
        for (size_t i = 0; i < 32; ++i) {
            const uint8_t v = block.qs[j / 2 * 32 + i];
            out.quants[at * 256 + j * 32 + i] = j % 2 ? v >> 4 : v & 15;
        }
    }
}

void unpackQ5K(const block_q5_K & block, UnpackedRow & out, size_t at) {
    unpackSixBitScales(block, out, at);
    for (size_t j = 0; j < 8; ++j) {
        for (size_t i = 0; i < 32; ++i) {
            const int v = block.qs[j / 2 * 32 + i];
            const int high = (block.qh[i] >> j) & 1;
            out.quants[at * 256 + j * 32 + i] = static_cast<uint8_t>((j % 2 ? v >> 4 : v & 15) | high << 4);
        }
    }
}

void unpackQ6K(const block_q6_K & block, UnpackedRow & out, size_t at) {
    out.superScales[at] = block.d;
    for (size_t j = 0; j < 16; ++j)
        out.scales[at * 16 + j] = static_cast<uint8_t>(block.scales[j]);
    for (size_t half = 0; half < 2; ++half) {
        uint8_t * q = out.quants.data() + at * 256 + half * 128;
        const uint8_t * ql = block.ql + half * 64;
        const uint8_t * qh = block.qh + half * 32;
        for (size_t i = 0; i < 32; ++i) {
            q[i] = static_cast<uint8_t>((ql[i] & 15) | ((qh[i] >> 0 & 3) << 4));
            q[i + 32] = static_cast<uint8_t>((ql[i + 32] & 15) | ((qh[i] >> 2 & 3) << 4));
            q[i + 64] = static_cast<uint8_t>((ql[i] >> 4) | ((qh[i] >> 4 & 3) << 4));
            q[i + 96] = static_cast<uint8_t>((ql[i + 32] >> 4) | ((qh[i] >> 6 & 3) << 4));
        }
    }
}

template <typename Block, typename Fn> void eachBlock(const void * row, int blocks, Fn fn) {
    const Block * at = static_cast<const Block *>(row);
    for (int b = 0; b < blocks; ++b)
        fn(at[b], static_cast<size_t>(b));
}

} // namespace

void unpackRow(int ggmlType, const void * row, int n, UnpackedRow & out) {
    const FormatTraits t = traits(formatOfType(ggmlType).format);
    const size_t blocks = static_cast<size_t>(n / t.block);
    out.quants.resize(static_cast<size_t>(n));
    out.scales.resize(blocks);
    out.mins.resize(t.hasMin ? blocks : 0);
    const size_t supers = t.super > 1 ? blocks / static_cast<size_t>(t.super) : 0;
    out.superScales.resize(supers);
    out.superMins.resize(t.hasMin ? supers : 0);
    uint8_t * q = out.quants.data();
    switch (ggmlType) {
    case GGML_TYPE_Q4_0:
        eachBlock<block_q4_0>(row, n / 32, [&](const block_q4_0 & b, size_t i) {
            out.scales[i] = b.d;
            unpackNibbles(b, q + i * 32);
        });
        break;
    case GGML_TYPE_Q4_1:
        eachBlock<block_q4_1>(row, n / 32, [&](const block_q4_1 & b, size_t i) {
            out.scales[i] = b.d;
            out.mins[i] = b.m;
            unpackNibbles(b, q + i * 32);
        });
        break;
    case GGML_TYPE_Q5_0:
        eachBlock<block_q5_0>(row, n / 32, [&](const block_q5_0 & b, size_t i) {
            out.scales[i] = b.d;
            unpackFiveBits(b, q + i * 32);
        });
        break;
    case GGML_TYPE_Q5_1:
        eachBlock<block_q5_1>(row, n / 32, [&](const block_q5_1 & b, size_t i) {
            out.scales[i] = b.d;
            out.mins[i] = b.m;
            unpackFiveBits(b, q + i * 32);
        });
        break;
    case GGML_TYPE_Q8_0:
        eachBlock<block_q8_0>(row, n / 32, [&](const block_q8_0 & b, size_t i) {
            out.scales[i] = b.d;
            for (size_t k = 0; k < 32; ++k)
                q[i * 32 + k] = static_cast<uint8_t>(b.qs[k] + 128);
        });
        break;
    case GGML_TYPE_Q4_K:
        eachBlock<block_q4_K>(row, n / 256, [&](const block_q4_K & b, size_t i) { unpackQ4K(b, out, i); });
        break;
    case GGML_TYPE_Q5_K:
        eachBlock<block_q5_K>(row, n / 256, [&](const block_q5_K & b, size_t i) { unpackQ5K(b, out, i); });
        break;
    case GGML_TYPE_Q6_K:
        eachBlock<block_q6_K>(row, n / 256, [&](const block_q6_K & b, size_t i) { unpackQ6K(b, out, i); });
        break;
    default:
        break;
    }
}

void dequantiseRow(int ggmlType, const void * row, int n, float * out) {
    ggml_get_type_traits(static_cast<ggml_type>(ggmlType))->to_float(row, out, n);
}

} // namespace sparse_pilot
