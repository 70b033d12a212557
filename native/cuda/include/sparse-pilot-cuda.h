/**
 * Sparse Pilot on CUDA: the sparse decode step (T = 1) of one FFN layer, on the caller's stream.
 *
 * The selectors, their names and the profile are those of sparse-pilot.h (the CPU engine); this header only
 * restates what crosses into the CUDA backend, which is loaded at run time: ask the backend's registry for
 * "sparse_pilot_cuda_api". Nothing here waits for the device except creation, configuration and reading
 * counts; a forward pass can be captured.
 */
#ifndef SPARSE_PILOT_CUDA_H
#define SPARSE_PILOT_CUDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sp_cuda_layer sp_cuda_layer;

/** A weight matrix in device memory, stock ggml layout: `ne1` rows of `ne0` weights. `type` is a ggml_type.
 */
typedef struct sp_cuda_matrix {
    int type;
    const void * data;
    int64_t ne0;
    int64_t ne1;
} sp_cuda_matrix;

/** A gated FFN. Biases are device memory or null. The matrices must outlive the layer; down is copied into
 * planes. */
typedef struct sp_cuda_ffn {
    sp_cuda_matrix gate;
    sp_cuda_matrix up;
    sp_cuda_matrix down;
    const float * gate_bias;
    const float * up_bias;
    const float * down_bias;
    int activation; /**< sp_act of sparse-pilot.h */
} sp_cuda_ffn;

/** What to skip: a decision of sparse-pilot.h's sp_session_decide. Host memory, copied; applies to later
 * passes. */
struct sp_decision;

/** Builds the planes (extra device memory: about the bytes of down). Null, with the reason in `why`, when it
 * cannot. */
sp_cuda_layer * sp_cuda_layer_create(const sp_cuda_ffn * ffn, char * why, size_t why_size);
void sp_cuda_layer_free(sp_cuda_layer * layer);
size_t sp_cuda_layer_extra_bytes(const sp_cuda_layer * layer);
/** False, with the reason, for values out of range. Waits for passes in flight only when something changed.
 */
bool sp_cuda_layer_configure(sp_cuda_layer * layer, const struct sp_decision * decision, char * why,
                             size_t why_size);
/** Enqueues y = FFN(x) over the kept neurons. `x`, `y`: [d] device memory; `stream` is a cudaStream_t. */
void sp_cuda_layer_forward(sp_cuda_layer * layer, const float * x, float * y, void * stream);

/** The last pass's counts; waits for the device. */
typedef struct sp_cuda_counts {
    int32_t kept;
    int32_t neurons;
    float skipped_energy; /**< share of the squared scores that was skipped: the risk that checks are
                             triggered by */
} sp_cuda_counts;
sp_cuda_counts sp_cuda_layer_counts(sp_cuda_layer * layer);

/**
 * The userdata of a GGML_OP_CUSTOM node that the CUDA backend runs as a layer: src[0] is x, the node itself
 * y. A captured CUDA graph repeats the launches of the decision it was captured with: a decision of another
 * kind, or with weights where there were none, needs a node at another address (cuda-policy.h numbers them).
 */
typedef struct sp_cuda_node {
    uint64_t magic; /**< SP_CUDA_NODE_MAGIC */
    sp_cuda_layer * layer;
} sp_cuda_node;
#define SP_CUDA_NODE_MAGIC 0x5350434f44413031ull

struct ggml_tensor;
bool sp_cuda_node_supported(const struct ggml_tensor * node);
void sp_cuda_node_compute(struct ggml_tensor * node, void * stream);

/** What the backend's registry hands out under "sparse_pilot_cuda_api". */
typedef struct sp_cuda_api {
    sp_cuda_layer * (*create)(const sp_cuda_ffn *, char *, size_t);
    void (*free)(sp_cuda_layer *);
    size_t (*extra_bytes)(const sp_cuda_layer *);
    bool (*configure)(sp_cuda_layer *, const struct sp_decision *, char *, size_t);
    sp_cuda_counts (*counts)(sp_cuda_layer *);
} sp_cuda_api;
const sp_cuda_api * sp_cuda_get_api(void);

#ifdef __cplusplus
}
#endif

#endif
