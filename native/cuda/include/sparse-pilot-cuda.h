/**
 * Sparse Pilot on CUDA: the sparse decode step (T = 1) of FFNs and of linears, on the caller's stream.
 *
 * The selectors, their names and the profile are those of sparse-pilot.h (the CPU engine); this header only
 * restates what crosses into the CUDA backend, which is loaded at run time: ask the backend's registry for
 * SP_CUDA_API_NAME. Only creation and reading counts wait for the device: what a decision changes is
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

/** The parts of one llama_context, on one GPU or several. */
typedef struct sp_cuda_model sp_cuda_model;
/** One node's worth of a model: an FFN, or one linear whose input channels can be skipped. */
typedef struct sp_cuda_part sp_cuda_part;

/** A weight matrix in device memory, stock ggml layout: `ne1` rows of `ne0` weights. `type` is a ggml_type.
 */
typedef struct sp_cuda_matrix {
    int type;
    const void * data;
    int64_t ne0;
    int64_t ne1;
} sp_cuda_matrix;

/** An FFN; gate.data null: not gated, down(act(up x)). Biases are device memory or null. The matrices must
 * outlive the part; down is copied into planes, once for all parts made of the same matrix. */
typedef struct sp_cuda_ffn {
    sp_cuda_matrix gate;
    sp_cuda_matrix up;
    sp_cuda_matrix down;
    const float * gate_bias;
    const float * up_bias;
    const float * down_bias;
    int activation; /**< sp_act of sparse-pilot.h */
} sp_cuda_ffn;

/** What to skip: a decision of sparse-pilot.h's sp_session_decide, or of sp_session_decide_linear. Host
 * memory, copied; applies to later passes. */
struct sp_decision;

/** For parts 0..parts-1. Takes no device memory yet. */
sp_cuda_model * sp_cuda_model_create(int parts);
/** After its parts. */
void sp_cuda_model_free(sp_cuda_model * model);
/** Enqueues the numbers that sp_cuda_part_configure changed: one copy for each GPU, none when nothing
 * changed. False when the device failed. */
bool sp_cuda_model_send(sp_cuda_model * model);

/** A part's last pass. */
typedef struct sp_cuda_counts {
    int32_t kept;
    int32_t all;          /**< neurons, or inputs; 0: there is no such part */
    float skipped_energy; /**< share of the squared scores (of a linear: of its squared inputs) that was
                             skipped: the risk that checks are triggered by */
    float boundary;       /**< after an SP_TOPK decision, the lowest kept score; otherwise 0 */
} sp_cuda_counts;
/** The counts of all parts into `out` (as many as the model has): one copy for each GPU; waits for the pass.
 * False when the device failed. */
bool sp_cuda_model_counts(sp_cuda_model * model, sp_cuda_counts * out);

/**
 * Builds part `index` on the GPU that its weights are on. Extra device memory: about the bytes of down,
 * unless another part has built them. Null, with the reason in `why`, when it cannot: among others when
 * less than 512 MB, or a twentieth of the GPU's memory, would stay free.
 */
sp_cuda_part * sp_cuda_ffn_create(sp_cuda_model * model, int index, const sp_cuda_ffn * ffn, char * why,
                                  size_t why_size);
/** The same of a linear, without bias. Extra device memory: about the bytes of its matrix. */
sp_cuda_part * sp_cuda_linear_create(sp_cuda_model * model, int index, const sp_cuda_matrix * weights,
                                     char * why, size_t why_size);
/** An observer of a layer's dense passes, of one token or many: what is important is summed up on the device.
 * Its counts tell how many tokens it has seen; its decision's `threshold` is what earlier tokens shrink by
 * with each. `weights`: any matrix on the layer's GPU; only `ne1`, the neurons, is read. */
sp_cuda_part * sp_cuda_observer_create(sp_cuda_model * model, int index, const sp_cuda_matrix * weights,
                                       int activation, char * why, size_t why_size);
/** Tokens that an observer takes in one batch, the most. */
#define SP_CUDA_MOST_OBSERVED 4096
/**
 * Hands out what observers have seen and lets them begin anew: `out[i]`, where it is not null, gets observer
 * i's sums (as many as it has neurons). Waits for the passes. False when a device failed.
 */
bool sp_cuda_model_observed(sp_cuda_model * model, float * const * out);
void sp_cuda_part_free(sp_cuda_part * part);
/** The GPU that it is on, as the CUDA runtime counts them. */
int sp_cuda_part_device(const sp_cuda_part * part);
/** Device memory that creating it took: planes that another part had already built count 0. */
size_t sp_cuda_part_extra_bytes(const sp_cuda_part * part);
/** Never waits for a pass. Needs sp_cuda_model_send to take effect. False, with the reason, for values out of
 * range. */
bool sp_cuda_part_configure(sp_cuda_part * part, const struct sp_decision * decision, char * why,
                            size_t why_size);
/** Device memory. Of an observer x is what up gave, `gate` what gate gave or null, and y is left alone. */
typedef struct sp_cuda_pass {
    const float * x;
    const float * gate;
    int tokens; /**< 1, but for observers */
    float * y;
} sp_cuda_pass;
/** Enqueues y = FFN(x) over the kept neurons, or y = W x over the kept inputs; or observes. `stream` is a
 * cudaStream_t. */
void sp_cuda_part_forward(sp_cuda_part * part, const sp_cuda_pass * pass, void * stream);

/**
 * The userdata of a GGML_OP_CUSTOM node that the CUDA backend runs as a part: src[0] is x, src[1] a weight
 * of the part, by which the scheduler knows the node's GPU, src[2] the gate of an observer, the node itself
 * is y. A captured CUDA graph repeats the launches of the decision
 * it was captured with: a decision of another kind, or with weights where there were none, and another part
 * too, has to be another graph for ggml (context/cuda-layers.h sees to that).
 */
typedef struct sp_cuda_node {
    uint64_t magic; /**< SP_CUDA_NODE_MAGIC */
    sp_cuda_part * part;
} sp_cuda_node;
#define SP_CUDA_NODE_MAGIC 0x5350434f44413033ull

struct ggml_tensor;
/** Whether GPU `device`, as the CUDA runtime counts them, runs the node: only the one that its part is on. */
bool sp_cuda_node_supported(const struct ggml_tensor * node, int device);
void sp_cuda_node_compute(struct ggml_tensor * node, void * stream);

/** What the backend's registry hands out under this name, which changes with the table and with what a node
 * reads. */
#define SP_CUDA_API_NAME "sparse_pilot_cuda_api_4"
typedef struct sp_cuda_api {
    sp_cuda_model * (*model_create)(int);
    void (*model_free)(sp_cuda_model *);
    bool (*send)(sp_cuda_model *);
    bool (*counts)(sp_cuda_model *, sp_cuda_counts *);
    sp_cuda_part * (*create_ffn)(sp_cuda_model *, int, const sp_cuda_ffn *, char *, size_t);
    sp_cuda_part * (*create_linear)(sp_cuda_model *, int, const sp_cuda_matrix *, char *, size_t);
    sp_cuda_part * (*create_observer)(sp_cuda_model *, int, const sp_cuda_matrix *, int, char *, size_t);
    bool (*observed)(sp_cuda_model *, float * const *);
    void (*free)(sp_cuda_part *);
    size_t (*extra_bytes)(const sp_cuda_part *);
    bool (*configure)(sp_cuda_part *, const struct sp_decision *, char *, size_t);
} sp_cuda_api;
const sp_cuda_api * sp_cuda_get_api(void);

#ifdef __cplusplus
}
#endif

#endif
