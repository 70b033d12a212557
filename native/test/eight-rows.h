/** Matrices with eight rows interleaved, as ggml's CPU_REPACK buffers hold them: written down from the
 * formats (ggml's repack.h), not with the code under test. */
#pragma once

#include "model.h"

#include <array>
#include <cstring>

namespace model {

namespace eight_rows {

inline void packQ4_0(const uint8_t * const (&rows)[8], std::vector<uint8_t> & out) {
    for (const uint8_t * row : rows)
        out.insert(out.end(), row, row + 2);
    for (int chunk = 0; chunk < 2; chunk++)
        for (const uint8_t * row : rows)
            for (int k = 0; k < 8; k++)
                out.push_back(row[2 + 8 * chunk + k] ^ 0x88); // nibbles become signed
}

struct Factors {
    std::array<uint8_t, 8> scale, min;
};

/** The 6-bit scales and minima of a file's Q4_K block. */
inline Factors factorsOf(const uint8_t * packed) {
    Factors f{};
    for (size_t j = 0; j < 8; j++) {
        if (j < 4) {
            f.scale[j] = packed[j] & 63;
            f.min[j] = packed[j + 4] & 63;
        } else {
            f.scale[j] = static_cast<uint8_t>((packed[j + 4] & 15) | (packed[j - 4] >> 6) << 4);
            f.min[j] = static_cast<uint8_t>(packed[j + 4] >> 4 | (packed[j] >> 6) << 4);
        }
    }
    return f;
}

inline void packQ4K(const uint8_t * const (&rows)[8], std::vector<uint8_t> & out) {
    Factors factors[8];
    for (int half = 0; half < 2; half++)
        for (const uint8_t * row : rows)
            out.insert(out.end(), row + 2 * half, row + 2 * half + 2);
    for (int r = 0; r < 8; r++)
        factors[r] = factorsOf(rows[r] + 4);
    for (size_t part = 0; part < 8; part++) {
        uint8_t bytes[12];
        for (int r = 0; r < 4; r++) {
            const Factors &low = factors[r], &high = factors[r + 4];
            bytes[r] = static_cast<uint8_t>(low.scale[part] | (high.scale[part] >> 4) << 6);
            bytes[4 + r] = static_cast<uint8_t>(low.min[part] | (high.min[part] >> 4) << 6);
            bytes[8 + r] = static_cast<uint8_t>((high.scale[part] & 15) | (high.min[part] & 15) << 4);
        }
        out.insert(out.end(), bytes, bytes + 12);
    }
    for (int chunk = 0; chunk < 16; chunk++)
        for (const uint8_t * row : rows)
            out.insert(out.end(), row + 16 + 8 * chunk, row + 16 + 8 * chunk + 8);
}

} // namespace eight_rows

/** The rows of a matrix of Q4_0 or Q4_K, their number a multiple of 8. */
inline std::vector<uint8_t> interleaved(const Matrix & w) {
    const auto type = static_cast<ggml_type>(w.type);
    const size_t rowBytes = ggml_row_size(type, w.cols), blockBytes = ggml_type_size(type);
    std::vector<uint8_t> out;
    for (int row = 0; row < w.rows; row += 8) {
        for (size_t at = 0; at < rowBytes; at += blockBytes) {
            const uint8_t * rows[8];
            for (int r = 0; r < 8; r++)
                rows[r] = w.data.data() + static_cast<size_t>(row + r) * rowBytes + at;
            if (type == GGML_TYPE_Q4_0)
                eight_rows::packQ4_0(rows, out);
            else
                eight_rows::packQ4K(rows, out);
        }
    }
    return out;
}

} // namespace model
