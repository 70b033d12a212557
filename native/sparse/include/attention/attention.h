/**
 * Attention of one token, or of a check's few, over the cells of a half-precision cache, on the CPU. Upstream
 * (ggml-cpu, flash attention) reads the cells anew for each head and token and calls a function for each of
 * them; here the heads and tokens that share a head's cells go over them together, a register of cells at a
 * time. Each sum is made in upstream's order and rounded where upstream rounds it, so the bits are the same.
 */
#pragma once

#include <cstdint>

struct ggml_tensor;

namespace sparse_pilot {

/**
 * Rows [firstRow, lastRow) of a node's answer (row: head * tokens + token) over the cells [firstCell,
 * lastCell). With `partials`, each row's maximum, sum and unscaled values go to partials + row *
 * partialStride, for upstream to join; without, the answer to the node. Called by patch 0003.
 */
using AttentionKernel = void (*)(const ggml_tensor * node, int firstRow, int lastRow, int64_t firstCell,
                                 int64_t lastCell, float * partials, int64_t partialStride);

/**
 * The kernel for this flash attention node; null: upstream's is to be used. Heads of 64, 128, 192 or 256
 * values, F16 keys and values, no bias by position, no cap of the logits, no sinks; AVX2 or AVX-512.
 */
AttentionKernel attentionKernel(const ggml_tensor * node);

/** The kernels of this machine's instruction sets, best first; for tests. */
struct AttentionKernels {
    const char * name;
    AttentionKernel kernel;
};
int availableAttentionKernels(const AttentionKernels ** sets);

} // namespace sparse_pilot
