/** The storage formats our layouts know, and which ggml type becomes which. */
#pragma once

#include <cstddef>
#include <string>

namespace sparse_pilot {

/**
 * Every quantised weight is kept exactly: w = scale * (q - offset) + min, with the file's own integers q.
 * Scales and mins are f16 per block. Q4_K's stay the file's own small integers, to be multiplied by two f16
 * per 256; those of the other k-quants are multiplied out and rounded once to f16.
 */
enum class Format : int {
    Nibble = 0,  /**< 4 bits, scale per 32: Q4_0 */
    NibbleMin,   /**< 4 bits, scale and min per 32: Q4_1 */
    NibbleSuper, /**< 4 bits, 6-bit scale and min per 32, f16 scales of both per 256: Q4_K */
    Byte,        /**< 8 bits, scale per 32: Q8_0, Q5_0 */
    ByteMin,     /**< 8 bits, scale and min per 32: Q5_1, Q5_K */
    ByteHalf,    /**< 8 bits, scale per 16: Q6_K */
    F16,         /**< plain */
    BF16,        /**< plain */
};
inline constexpr int formatCount = 8;

struct FormatTraits {
    int bits;
    int block; /**< weights that share a scale; 0 for plain formats */
    bool hasMin;
    int super = 1; /**< blocks that share an f16 scale of their scales; 1: scales are f16 themselves */
};

constexpr FormatTraits traits(Format format) {
    switch (format) {
    case Format::Nibble:
        return {4, 32, false};
    case Format::NibbleMin:
        return {4, 32, true};
    case Format::NibbleSuper:
        return {4, 32, true, 8};
    case Format::Byte:
        return {8, 32, false};
    case Format::ByteMin:
        return {8, 32, true};
    case Format::ByteHalf:
        return {8, 16, false};
    case Format::F16:
    case Format::BF16:
        break;
    }
    return {16, 0, false};
}

constexpr bool isPlain(Format format) { return traits(format).block == 0; }
constexpr bool hasSuper(Format format) { return traits(format).super > 1; }

/** Bytes of one block's scale (and min), without its share of a super scale. */
constexpr size_t scaleBytes(Format format) {
    const FormatTraits t = traits(format);
    return t.block == 0 ? 0 : size_t{t.super > 1 ? 1u : 2u} * (t.hasMin ? 2 : 1);
}

struct TypeFormat {
    Format format = Format::F16;
    int offset = 0;
    bool supported = false;
};

/** The format for a ggml_type; not supported: the layer stays dense. */
TypeFormat formatOfType(int ggmlType);

} // namespace sparse_pilot
