/**
 * Products of a quantised matrix with one column, or with a short batch of columns as a check of drafted
 * tokens makes them. A row is unpacked once for all columns, where ggml unpacks it for each, and fetched
 * ahead. Each column's additions are done in the order of ggml's product with one column, so that any number
 * of columns gives the bits that upstream gives for one token at a time.
 */
#pragma once

#include "batch/panel.h"
#include "ggml.h"

namespace sparse_pilot {

/** How a matrix lies in memory: as in the file, or with eight rows interleaved as ggml's CPU_REPACK buffers
 * hold them (repack.h: block<4, 8>, block_q4_Kx8). */
enum class RowOrder { file, eights };

struct BatchKernel {
    ggml_type type;
    RowOrder order;
    int block;       /**< weights that share a scale: columns are whole blocks */
    int step;        /**< rows: parts of the matrix begin at multiples of it */
    int mostColumns; /**< more are upstream's */
    size_t (*panelBytes)(const PanelShape & shape);
    /** Quantises the columns [begin, end) of x, F32 [columns][n], into the panel. */
    void (*arrange)(const float * x, const PanelShape & shape, int begin, int end, uint8_t * panel);
    /** out[column * stride + row] for the rows [begin, end) of the matrix. */
    void (*multiply)(const uint8_t * rows, int begin, int end, const PanelShape & shape,
                     const uint8_t * panel, float * out, size_t stride);
};

/** The kernel for a type on this machine; null: ggml's own product is to be used. */
const BatchKernel * batchKernel(ggml_type type, RowOrder order);

/** The kernels of one instruction set, best first; for tests. */
struct BatchKernels {
    const char * name;
    const BatchKernel * kernels;
    int count;
};
int availableBatchKernels(const BatchKernels ** sets);

} // namespace sparse_pilot
