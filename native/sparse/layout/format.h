/** The storage formats our layouts know, and which ggml type becomes which. */
#pragma once

#include <string>

namespace sparse_pilot {

/**
 * Every quantised weight is kept exactly: w = scale * (q - offset) + min, with the file's own integers q.
 * Scales and mins are f16 per block (k-quants: the product of their two scales, rounded once to f16).
 */
enum class Format : int {
    Nibble = 0, /**< 4 bits, scale per 32: Q4_0 */
    NibbleMin,  /**< 4 bits, scale and min per 32: Q4_1, Q4_K */
    Byte,       /**< 8 bits, scale per 32: Q8_0, Q5_0 */
    ByteMin,    /**< 8 bits, scale and min per 32: Q5_1, Q5_K */
    ByteHalf,   /**< 8 bits, scale per 16: Q6_K */
    F16,        /**< plain */
    BF16,       /**< plain */
};
inline constexpr int formatCount = 7;

struct FormatTraits {
    int bits;
    int block; /**< weights that share a scale; 0 for plain formats */
    bool hasMin;
};

constexpr FormatTraits traits(Format format) {
    switch (format) {
    case Format::Nibble:
        return {4, 32, false};
    case Format::NibbleMin:
        return {4, 32, true};
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

struct TypeFormat {
    Format format = Format::F16;
    int offset = 0;
    bool supported = false;
};

/** The format for a ggml_type; not supported: the layer stays dense. */
TypeFormat formatOfType(int ggmlType);

} // namespace sparse_pilot
