#pragma once

#include "ggml.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sparse_pilot {
namespace {

/** What a node says of itself. */
struct Attention {
    const ggml_tensor * node;
    const ggml_tensor * q = node->src[0];
    const ggml_tensor * k = node->src[1];
    const ggml_tensor * v = node->src[2];
    const ggml_tensor * mask = node->src[3];
    int tokens = static_cast<int>(q->ne[1]);
    int keyWidth = static_cast<int>(k->ne[0]);
    int valueWidth = static_cast<int>(v->ne[0]);
    int sharers = static_cast<int>(q->ne[2] / k->ne[2]); // heads that share one head's cells
    float scale = [](const ggml_tensor * of) {
        float value;
        std::memcpy(&value, of->op_params, sizeof(value));
        return value;
    }(node);

    const float * query(int row) const {
        return reinterpret_cast<const float *>(static_cast<const char *>(q->data) +
                                               static_cast<size_t>(row % tokens) * q->nb[1] +
                                               static_cast<size_t>(row / tokens) * q->nb[2]);
    }
    const uint16_t * maskOf(int row) const {
        return mask == nullptr
                   ? nullptr
                   : reinterpret_cast<const uint16_t *>(static_cast<const char *>(mask->data) +
                                                        static_cast<size_t>(row % tokens) * mask->nb[1]);
    }
    float * answer(int row) const {
        const auto place = static_cast<size_t>(row / tokens) +
                           static_cast<size_t>(row % tokens) * static_cast<size_t>(node->ne[1]);
        return reinterpret_cast<float *>(static_cast<char *>(node->data) + place * node->nb[1]);
    }
    int headOf(int row) const { return row / tokens / sharers; }
};

} // namespace
} // namespace sparse_pilot
