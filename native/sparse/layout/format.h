/** The storage formats our layouts know, and which ggml type becomes which. */
#pragma once

#include <cstddef>
#include <string>

namespace sparse_pilot {

/**
 * Every weight is kept exactly: w = scale * (q - offset) + min, with the file's own integers q. Scales and
 * mins are f16 per block; those of the k-quants are the file's own small integers, to be multiplied by one or
 * two f16 per 256. Quants of 5 or 6 bits lie as nibbles with a plane of their upper bits.
 */
enum class Format : int {
    Nibble = 0,  /**< 4 bits, scale per 32: Q4_0 */
    NibbleMin,   /**< 4 bits, scale and min per 32: Q4_1 */
    NibbleSuper, /**< 4 bits, 6-bit scale and min per 32, f16 scales of both per 256: Q4_K */
    Five,        /**< 5 bits, scale per 32: Q5_0 */
    FiveMin,     /**< 5 bits, scale and min per 32: Q5_1 */
    FiveSuper,   /**< 5 bits, 6-bit scale and min per 32, f16 scales of both per 256: Q5_K */
    SixSuper,    /**< 6 bits, signed 8-bit scale per 16, f16 scale of the scales per 256: Q6_K */
    Byte,        /**< 8 bits, scale per 32: Q8_0 */
    F16,         /**< plain */
    BF16,        /**< plain */
};
inline constexpr int formatCount = 10;

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
    case Format::Five:
        return {5, 32, false};
    case Format::FiveMin:
        return {5, 32, true};
    case Format::FiveSuper:
        return {5, 32, true, 8};
    case Format::SixSuper:
        return {6, 16, false, 16};
    case Format::Byte:
        return {8, 32, false};
    case Format::F16:
    case Format::BF16:
        break;
    }
    return {16, 0, false};
}

constexpr bool isPlain(Format format) { return traits(format).block == 0; }
constexpr bool hasSuper(Format format) { return traits(format).super > 1; }
/** Bits of a quant that lie in a plane of their own. */
constexpr int upperBits(Format format) {
    const int bits = traits(format).bits;
    return bits == 5 || bits == 6 ? bits - 4 : 0;
}
constexpr bool isNibbles(Format format) { return traits(format).bits < 8; }

/** Bytes of one block's scale (and min), without its share of a super scale. */
constexpr size_t scaleBytes(Format format) {
    const FormatTraits t = traits(format);
    return t.block == 0 ? 0 : size_t{t.super > 1 ? 1u : 2u} * (t.hasMin ? 2 : 1);
}

/** Bytes of one super scale (and super min); 0: there are none. */
constexpr size_t superScaleBytes(Format format) {
    return hasSuper(format) ? size_t{2} * (traits(format).hasMin ? 2 : 1) : 0;
}

struct TypeFormat {
    Format format = Format::F16;
    int offset = 0;
    bool supported = false;
};

/** The format for a ggml_type; not supported: the layer stays dense. */
TypeFormat formatOfType(int ggmlType);

} // namespace sparse_pilot
