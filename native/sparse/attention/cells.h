/** Include an instruction set's simd header first. */
#pragma once

#include "attention/softmax.h"
#include "attention/tables.h"
#include "ggml.h"

#include <cstddef>
#include <cstdint>

namespace sparse_pilot {
namespace {

/** A register of cells: keys or values, in single precision. */
struct Cells {
    alignas(64) float values[lanes * widestHead] =
        {}; // those that a last block lacks count nothing, but are read

    void take(const ggml_tensor * from, int head, int64_t first, int count) {
        const auto width = static_cast<int>(from->ne[0]);
        const char * cell = static_cast<const char *>(from->data) + static_cast<size_t>(first) * from->nb[1] +
                            static_cast<size_t>(head) * from->nb[2];
        for (int c = 0; c < count; c++, cell += from->nb[1]) {
            const char * ahead = cell + static_cast<size_t>(lanes) * from->nb[1];
            for (int i = 0; i < width; i += 32) {
                _mm_prefetch(ahead + i * static_cast<int>(sizeof(uint16_t)), _MM_HINT_T0);
            }
            for (int i = 0; i < width; i += lanes) {
                Simd::store(values + c * width + i,
                            Simd::widen(reinterpret_cast<const uint16_t *>(cell) + i));
            }
        }
    }
};

} // namespace
} // namespace sparse_pilot
