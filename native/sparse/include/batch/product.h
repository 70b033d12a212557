/**
 * Products of a quantised matrix with a short batch of columns, as a check of drafted tokens makes them. A
 * row is unpacked once for four columns, where ggml unpacks it for each; each column's additions are done in
 * the order of ggml's product with one column, so that a check gives the bits that decoding one token at a
 * time gives.
 */
#pragma once

#include "batch/panel.h"
#include "ggml.h"

namespace sparse_pilot {

struct BatchKernel {
    ggml_type type;
    size_t blockBytes; /**< of 32 weights */
    /** Quantises the columns [begin, end) of x, F32 [columns][n], into the panel. */
    void (*arrange)(const float * x, const PanelShape & shape, int begin, int end, uint8_t * panel);
    /** out[column * stride + row] for the rows [begin, end) of the matrix. */
    void (*multiply)(const uint8_t * rows, int begin, int end, const PanelShape & shape,
                     const uint8_t * panel, float * out, size_t stride);
};

/** The kernel for a type on this machine; null: ggml's own product is to be used. */
const BatchKernel * batchKernel(ggml_type type);

/** The kernels of one instruction set, best first; for tests. */
struct BatchKernels {
    const char * name;
    const BatchKernel * kernels;
    int count;
};
int availableBatchKernels(const BatchKernels ** sets);

} // namespace sparse_pilot
