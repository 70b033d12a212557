/**
 * Sparse Pilot on CUDA: the sparse decode step (T = 1) of FFN layers, on the caller's stream.
 *
 * The selectors, their names and the profile are those of sparse-pilot.h (the CPU engine); this header only
 * restates what crosses into the CUDA backend, which is loaded at run time: ask the backend's registry for
 * "sparse_pilot_cuda_api". Only creation and reading counts wait for the device: what a decision changes is
 * enqueued behind the passes in flight. A forward pass can be captured in a CUDA graph.
 */
#ifndef SPARSE_PILOT_CUDA_H
#define SPARSE_PILOT_CUDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The layers of one llama_context, on one GPU or several. */
typedef struct sp_cuda_model sp_cuda_model;
typedef struct sp_cuda_layer sp_cuda_layer;

/** A weight matrix in device memory, stock ggml layout: `ne1` rows of `ne0` weights. `type` is a ggml_type.
 */
typedef struct sp_cuda_matrix {
    int type;
    const void * data;
    int64_t ne0;
    int64_t ne1;
} sp_cuda_matrix;

/** An FFN; gate.data null: not gated, down(act(up x)). Biases are device memory or null. The matrices must
 * outlive the layer; down is copied into planes, once for all layers made of the same matrix. */
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

/** For layers 0..layers-1. Takes no device memory yet. */
sp_cuda_model * sp_cuda_model_create(int layers);
/** After its layers. */
void sp_cuda_model_free(sp_cuda_model * model);
/** Enqueues the numbers that sp_cuda_layer_configure changed: one copy for each GPU, none when nothing
 * changed. False when the device failed. */
bool sp_cuda_model_send(sp_cuda_model * model);

/** A layer's last pass. */
typedef struct sp_cuda_counts {
    int32_t kept;
    int32_t neurons;      /**< 0: there is no such layer */
    float skipped_energy; /**< share of the squared scores that was skipped: the risk that checks are
                             triggered by */
    float boundary;       /**< after an SP_TOPK decision, the lowest kept score; otherwise 0 */
} sp_cuda_counts;
/** The counts of all layers into `out` (as many as the model has): one copy for each GPU; waits for the pass.
 * False when the device failed. */
bool sp_cuda_model_counts(sp_cuda_model * model, sp_cuda_counts * out);

/**
 * Builds layer `index` on the GPU that its weights are on. Extra device memory: about the bytes of down,
 * unless another context has built them. Null, with the reason in `why`, when it cannot: among others when
 * less than 512 MB, or a twentieth of the GPU's memory, would stay free.
 */
sp_cuda_layer * sp_cuda_layer_create(sp_cuda_model * model, int index, const sp_cuda_ffn * ffn, char * why,
                                     size_t why_size);
void sp_cuda_layer_free(sp_cuda_layer * layer);
/** Device memory that creating it took: planes that another layer had already built count 0. */
size_t sp_cuda_layer_extra_bytes(const sp_cuda_layer * layer);
/** Never waits for a pass. Needs sp_cuda_model_send to take effect. False, with the reason, for values out of
 * range. */
bool sp_cuda_layer_configure(sp_cuda_layer * layer, const struct sp_decision * decision, char * why,
                             size_t why_size);
/** Enqueues y = FFN(x) over the kept neurons. `x`, `y`: [d] device memory; `stream` is a cudaStream_t. */
void sp_cuda_layer_forward(sp_cuda_layer * layer, const float * x, float * y, void * stream);

/** The compact form, of a layer with a held list: copies its gate and up rows side by side, in the list's
 * order, for stock kernels to sweep. `gate` and `up` are device memory with room for the whole list;
 * enqueued. */
void sp_cuda_layer_gather(sp_cuda_layer * layer, void * gate, void * up);
/** Enqueues y = down(h) for the held neurons' activations in the list's order. */
void sp_cuda_layer_down(sp_cuda_layer * layer, const float * h, float * y, void * stream);

typedef enum sp_cuda_part {
    SP_CUDA_FFN = 0, /**< src[0] is x */
    SP_CUDA_DOWN,    /**< src[0] is h */
} sp_cuda_part;

/**
 * The userdata of a GGML_OP_CUSTOM node that the CUDA backend runs as a layer, or a part of it; the node
 * itself is y. A captured CUDA graph repeats the launches of the decision it was captured with: a decision of
 * another kind, or with weights where there were none, needs a node at another address (cuda-policy.h numbers
 * them).
 */
typedef struct sp_cuda_node {
    uint64_t magic; /**< SP_CUDA_NODE_MAGIC */
    sp_cuda_layer * layer;
    sp_cuda_part part;
} sp_cuda_node;
#define SP_CUDA_NODE_MAGIC 0x5350434f44413032ull

struct ggml_tensor;
bool sp_cuda_node_supported(const struct ggml_tensor * node);
void sp_cuda_node_compute(struct ggml_tensor * node, void * stream);

/** What the backend's registry hands out under "sparse_pilot_cuda_api". */
typedef struct sp_cuda_api {
    sp_cuda_model * (*model_create)(int);
    void (*model_free)(sp_cuda_model *);
    bool (*send)(sp_cuda_model *);
    bool (*counts)(sp_cuda_model *, sp_cuda_counts *);
    sp_cuda_layer * (*create)(sp_cuda_model *, int, const sp_cuda_ffn *, char *, size_t);
    void (*free)(sp_cuda_layer *);
    size_t (*extra_bytes)(const sp_cuda_layer *);
    bool (*configure)(sp_cuda_layer *, const struct sp_decision *, char *, size_t);
    void (*gather)(sp_cuda_layer *, void *, void *);
} sp_cuda_api;
const sp_cuda_api * sp_cuda_get_api(void);

#ifdef __cplusplus
}
#endif

#endif
