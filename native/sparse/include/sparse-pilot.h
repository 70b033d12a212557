/**
 * Sparse Pilot: contextual sparsity for the dense FFN of a llama-type model at T = 1, on the CPU.
 *
 * Three objects, none of which knows libllama:
 *  - sp_engine   the sparse layouts of one model's FFN weights (read-only once built, shared by every
 * context);
 *  - sp_session  what one sequence needs: selector settings, masks, statistics, counters;
 *  - sp_profile  what calibration learnt about a model (a sidecar GGUF), immutable.
 *
 * Units: densities are kept fractions 0..1; d is the model width, f the FFN width; all activations are f32.
 * Errors: functions that can fail take (char * why, size_t why_size) and leave a sentence there, never throw,
 * never abort.
 */
#ifndef SPARSE_PILOT_H
#define SPARSE_PILOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sp_engine sp_engine;
typedef struct sp_session sp_session;
typedef struct sp_profile sp_profile;
typedef struct sp_linear sp_linear;

/**
 * The rule that decides what a pass may skip; names as in src/contract/modes.ts. From: CATS (arXiv
 * 2404.08763), CHESS (2409.01366), Sirius (2409.03856), GRIFFIN (2404.01365), TEAL (2408.14690), Q-Sparse
 * (2407.10969).
 */
typedef enum sp_selector {
    SP_NONE = 0,
    SP_CATS,          /**< |act(gate)| >= one threshold per layer (CATS section 3) */
    SP_CHESS,         /**< |act(gate)| * E|up_j| * ||down_j|| >= threshold: the idea of CHESS, per neuron */
    SP_TOPK,          /**< the K largest |act(gate)| of each token (Sirius FSparse) */
    SP_GRIFFIN,       /**< a fixed mask from prompt statistics (GRIFFIN section 3, Sirius CSparse) */
    SP_ROLLING,       /**< the same, statistics decayed and refreshed by every dense pass */
    SP_TEAL,          /**< magnitude threshold on a linear's input (TEAL section 3) */
    SP_QSPARSE,       /**< exact top-K of a linear's quantised input (Q-Sparse section 2) */
    SP_BLOCK_QSPARSE, /**< top-K in every block of 32 input channels (Block Q-Sparse) */
    SP_EXACT_ZERO,    /**< lossless: skip what the activation made exactly zero */
} sp_selector;

typedef enum sp_act { SP_ACT_SILU = 0, SP_ACT_GELU, SP_ACT_RELU, SP_ACT_RELU_SQR } sp_act;

/* ------------------------------------------------------------------ engine (layouts) */

/** What lies together in memory for one neuron. */
typedef enum sp_record {
    SP_RECORD_PAIR = 0, /**< [up | down], gate rows apart: best where the gate is computed for every neuron */
    SP_RECORD_TRIPLE,   /**< [gate | up | down]: best for fixed and rolling masks; the gate then reads strided
                         */
} sp_record;

typedef struct sp_engine_options {
    int n_threads; /**< for building the layouts; 0: 1 */
    /** Keep the gate's rows in our layout too (needed by fixed masks; a faster gate). Default true. */
    bool own_gate;
    sp_record record; /**< default SP_RECORD_PAIR */
    /** Called with 0..1 from the building thread; return false to cancel (creation then fails with
     * "cancelled"). */
    bool (*progress)(float done, void * user);
    void * progress_user;
} sp_engine_options;

sp_engine_options sp_engine_default_options(void);

/** A weight matrix as it lies in a GGUF file: ne1 rows (outputs) of ne0 weights (inputs). `type` is a
 * ggml_type. */
typedef struct sp_tensor {
    int type;
    const void * data;
    int64_t ne0;
    int64_t ne1;
    size_t row_stride; /**< bytes */
} sp_tensor;

/** One FFN; gate.data null: not gated. Biases may be null; they are copied. The weights are not needed after
 * creation. */
typedef struct sp_ffn_weights {
    sp_tensor gate; /**< f rows of d */
    sp_tensor up;   /**< f rows of d */
    sp_tensor down; /**< d rows of f */
    const float * gate_bias;
    const float * up_bias;
} sp_ffn_weights;

/**
 * Builds the layouts from a GGUF file (read layer by layer, closed afterwards):
 * blk.N.ffn_{gate,up,down}.weight (and biases). A layer that cannot be sparse (type, shape, MoE) is left out,
 * with its reason in sp_engine_layer_reason. Returns null, with the reason in `why`, when the file cannot be
 * read, is damaged, or no layer is left.
 */
sp_engine * sp_engine_open(const char * gguf_path, const sp_engine_options * options, char * why,
                           size_t why_size);

/** The same from tensors in memory (plain ggml layout, not repacked). */
sp_engine * sp_engine_create(const sp_ffn_weights * layers, int n_layer, const sp_engine_options * options,
                             char * why, size_t why_size);
void sp_engine_free(sp_engine * engine);

/** The linears whose input channels can be skipped, as GGUF names them behind "blk.N.". */
typedef enum sp_linear_role {
    SP_ATTN_Q = 0,
    SP_ATTN_K,
    SP_ATTN_V,
    SP_ATTN_QKV,
    SP_ATTN_OUTPUT,
    SP_FFN_GATE,
    SP_FFN_UP,
    SP_FFN_DOWN,
    SP_LINEARS, /**< how many */
} sp_linear_role;
/** The tensor's name behind "blk.N.", without ".weight"; `role` must be below SP_LINEARS. */
const char * sp_linear_name(sp_linear_role role);

/**
 * Adds the layouts that selectors of a linear's input need (TEAL, Q-Sparse, Block Q-Sparse): a copy of every
 * linear by input channel, down projections excepted. `gguf_path` is the engine's own file. May be called
 * while passes run; a second call changes nothing.
 */
bool sp_engine_build_columns(sp_engine * engine, const char * gguf_path, const sp_engine_options * options,
                             char * why, size_t why_size);
bool sp_engine_has_columns(const sp_engine * engine);
/** Null when this linear's inputs can be skipped, otherwise why not. Valid as long as the engine. */
const char * sp_engine_linear_reason(const sp_engine * engine, int layer, sp_linear_role role);

int sp_engine_n_layer(const sp_engine * engine);
/** Null when the layer has layouts, otherwise why it stays dense. Valid as long as the engine. */
const char * sp_engine_layer_reason(const sp_engine * engine, int layer);
/** Inputs and neurons of a layer's FFN; 0 when it stays dense. */
int sp_engine_n_embd(const sp_engine * engine, int layer);
int sp_engine_n_ff(const sp_engine * engine, int layer);
/** Bytes of all layouts, and of the original FFN weights they stand for. */
uint64_t sp_engine_extra_bytes(const sp_engine * engine);
/** Of those, what sp_engine_build_columns added. */
uint64_t sp_engine_column_bytes(const sp_engine * engine);
uint64_t sp_engine_ffn_bytes(const sp_engine * engine);
/** "avx512-vnni", "avx512", "avx2", "neon-i8mm", "neon-dot", "neon", "scalar": the kernels chosen for this
 * machine. */
const char * sp_simd_name(void);

/* ------------------------------------------------------------------ session */

/**
 * Dense until it is configured. The engine must outlive it. Null when there is not enough memory. A session
 * is for one thread at a time, except within sp_ffn_forward, sp_linear_pass_forward and sp_observe.
 */
sp_session * sp_session_create(const sp_engine * engine);
void sp_session_free(sp_session * session);

typedef struct sp_settings {
    sp_selector selector;
    float density;                /**< target, 0 < density <= 1 */
    const float * layer_density;  /**< n_layer targets instead, or null (the profile's allocation or `density`
                                     everywhere) */
    const int32_t * dense_layers; /**< layers that no sparse pass touches, or null */
    int n_dense_layers;
    float decay;      /**< rolling: the statistics' factor per dense token, 0 < decay <= 1. Default 0.98 */
    bool hold;        /**< thresholds follow the measured density. Default true; false is CATS as published */
    bool weight_norm; /**< selectors of a linear's input: score |x_i| * ||W[:,i]|| (WINA) instead of |x_i|.
                         Default false */
} sp_settings;

sp_settings sp_default_settings(void);

/** Takes effect at the next pass; cheap enough for every request. False, with the reason, for bad values. */
bool sp_session_configure(sp_session * session, const sp_settings * settings, char * why, size_t why_size);
/** The profile must outlive the session or be replaced by null first. False when it is of another shape. */
bool sp_session_set_profile(sp_session * session, const sp_profile * profile, char * why, size_t why_size);

/** Whether a T = 1 pass of this layer should go through sp_ffn_forward now (false: build the stock dense
 * graph). */
bool sp_layer_active(const sp_session * session, int layer);
/** Whether the selector can skip anything after this activation (exact zeros need ReLU or ReLU squared). */
bool sp_selector_suits(const sp_session * session, sp_act act);
/** Whether the selector decides after ggml's gate is known; then `gate_pre` may be given instead of our own
 * gate rows. */
bool sp_layer_takes_gate(const sp_session * session, int layer);
/** Whether `gate_pre` must be given, because the engine was built without own_gate. */
bool sp_layer_needs_gate(const sp_session * session, int layer);
/** Whether sp_observe must be called in dense passes (statistics are wanted by the selector or by a
 * calibration). */
bool sp_wants_observation(const sp_session * session, int layer);

typedef struct sp_ffn_args {
    int layer;
    sp_act act;
    const float * x; /**< d */
    const float *
        gate_pre; /**< f, before the activation and with its bias, or null: our own gate rows are used */
    float * y;    /**< d: down(act(gate) * up), without the down bias */
    int ith;
    int nth; /**< every thread of 0..nth-1 must make the call at the same time (barriers inside), nth <= 64 */
} sp_ffn_args;

/**
 * One token through one layer. A call must have ended on every thread before the next one begins (ggml's
 * barrier between nodes sees to that). Never fails: without mask or threshold it computes every neuron. */
void sp_ffn_forward(sp_session * session, const sp_ffn_args * args);

/** Whether a T = 1 product of this linear should go through sp_linear_pass_forward now. */
bool sp_linear_active(const sp_session * session, int layer, sp_linear_role role);
/**
 * Tells a session that the model makes exact zeros in the inputs of its first `layers` down projections,
 * outside of an FFN that sp_ffn_forward can replace (Gemma 3n's top-k layers): SP_EXACT_ZERO then skips those
 * inputs. Takes effect with the next sp_session_configure.
 */
void sp_session_exact_downs(sp_session * session, int layers);
/** Whether any linear of the layer is. */
bool sp_layer_inputs_active(const sp_session * session, int layer);
/** Inputs and outputs of an active linear. */
void sp_linear_shape(const sp_session * session, int layer, sp_linear_role role, int64_t * inputs,
                     int64_t * outputs);

typedef struct sp_linear_pass {
    int layer;
    sp_linear_role role;
    const float * x; /**< inputs */
    float * y;       /**< outputs: W x without bias, over the selected inputs */
    int ith;
    int nth;
} sp_linear_pass;

/** One token through one active linear. Same threading rules as sp_ffn_forward. */
void sp_linear_pass_forward(sp_session * session, const sp_linear_pass * pass);
/** The channels that the last pass of a linear kept, ascending; copies up to n, returns how many there are.
 */
int sp_linear_kept(const sp_session * session, int layer, sp_linear_role role, int32_t * out, int n);

/** What a selector has decided for a layer's next pass, for kernels that are not ours (sparse-pilot-cuda.h).
 */
typedef struct sp_decision {
    /** SP_NONE: every neuron; SP_CATS: score >= threshold; SP_TOPK: the `count` largest; SP_GRIFFIN: the
     * neurons of `ids` */
    sp_selector kind;
    float threshold;
    int count;
    const float * weights; /**< f score weights, or null: 1 */
    const int32_t * ids;   /**< ascending */
    int n_ids;
    float density; /**< share of the neurons that the threshold is meant to keep; other kinds: what they do */
    uint64_t revision; /**< changes whenever `weights` or `ids` may have, of any session; 0: not known */
} sp_decision;

/**
 * The same for the inputs of a linear; SP_NONE: every one. SP_TEAL: score >= threshold; SP_TOPK: the `count`
 * largest, SP_QSPARSE: the `count` largest as int8 of the largest, the lower index first; SP_BLOCK_QSPARSE:
 * `count` of every block of 32. `weights`: one for each input; there are no `ids`.
 */
void sp_session_decide_linear(const sp_session * session, int layer, sp_linear_role role, sp_decision * out);
/** Pointers stay valid until the session is configured, reset, or observes a dense pass. */
void sp_session_decide(const sp_session * session, int layer, sp_decision * out);
/** Tells the selector what a pass made elsewhere kept, so that thresholds hold their density. `boundary`:
 * after an SP_TOPK decision, the lowest kept score; otherwise 0. */
void sp_session_report(sp_session * session, int layer, double density, double skipped_energy,
                       float boundary);
/** The same of an active linear. */
void sp_session_report_linear(sp_session * session, int layer, sp_linear_role role, double density,
                              double skipped_energy, float boundary);

typedef struct sp_observe_args {
    int layer;
    sp_act act;
    const float * gate_pre; /**< n_tokens rows of f; null when the FFN is not gated */
    const float * up;       /**< n_tokens rows of f */
    int64_t n_tokens;
    size_t gate_stride; /**< bytes between rows */
    size_t up_stride;
    int ith;
    int nth;
} sp_observe_args;

/** Feeds a dense pass (prompt or verify) to the statistics. Same threading rules as sp_ffn_forward. */
void sp_observe(sp_session * session, const sp_observe_args * args);

/** Whether what dense passes teach about this layer may come as sums, made elsewhere: nothing else of it is
 * wanted. */
bool sp_layer_takes_sums(const sp_session * session, int layer);
/** What the importance of earlier tokens shrinks by with each token; 1: not at all. */
float sp_session_decay(const sp_session * session);
/** Instead of sp_observe, for kernels that are not ours: `tokens` of dense passes, and f sums over them of
 * (z_j / ||z||)^2, z = act(gate) * up; of several passes the earlier ones' shrunk by sp_session_decay for
 * every token of a later one. */
void sp_observe_sums(sp_session * session, int layer, uint64_t tokens, const float * importance);

/** A new sequence: forgets masks, statistics and on-the-fly thresholds (settings and profile stay). */
void sp_session_reset(sp_session * session);

/**
 * A new request on the same sequence: a fixed mask may be drawn anew from its prompt. `kept`: tokens of the
 * sequence's cells that the request begins with; statistics go on in that proportion, and are forgotten where
 * it is next to nothing.
 */
void sp_session_begin_request(sp_session * session, uint64_t kept);

/** Tokens at the end of a prompt's pass whose rows the last layer should see, 0 or more: llama.cpp drops rows
 * before it whose logits nobody asked for, and the selector has seen too few of them. */
int sp_session_prompt_rows(const sp_session * session);

/** Measured over the sparse passes since the last sp_session_clear_counters. */
typedef struct sp_layer_counters {
    uint64_t passes;
    double density;        /**< mean kept fraction */
    double bytes;          /**< mean weight bytes read per pass, counted by the kernels */
    double dense_bytes;    /**< mean weight bytes that dense passes read in their place */
    double skipped_energy; /**< mean rho: sum over skipped of (|a_j| w_j)^2 over all; 0 when the gate was not
                              computed */
    double last_density;   /**< of the last pass */
    double last_skipped_energy;
} sp_layer_counters;

void sp_session_counters(const sp_session * session, int layer, sp_layer_counters * out);
void sp_session_clear_counters(sp_session * session);
/** Mean skipped energy of the last pass over the active layers: the risk term of a correction trigger. */
double sp_session_last_risk(const sp_session * session);

/* ------------------------------------------------------------------ profiles and calibration */

/**
 * Resets the session, which makes no sparse passes any more: from now on its observed dense passes fill the
 * calibration's accumulators. False, with the reason, when there is not enough memory.
 */
bool sp_calibration_begin(sp_session * session, char * why, size_t why_size);
/** Tokens that the calibration has seen; 0 where none was begun. */
uint64_t sp_calibration_tokens(const sp_session * session);

typedef struct sp_quality_point {
    sp_selector selector;
    float density;
    float kl; /**< nats */
} sp_quality_point;

typedef struct sp_calibration_extra {
    const float *
        layer_sensitivity;          /**< n_layer or null: KL rise when this layer alone runs at density 0.5 */
    const sp_quality_point * curve; /**< or null */
    int n_curve;
} sp_calibration_extra;

/** Writes the profile (temporary file, then rename). `model_sha256`: 64 hex digits. */
bool sp_calibration_write(const sp_session * session, const char * path, const char * model_sha256,
                          const sp_calibration_extra * extra, char * why, size_t why_size);

/** Strict: refuses truncated, foreign (hash), misshapen, NaN-bearing or newer files, with the reason. */
sp_profile * sp_profile_open(const char * path, const char * model_sha256, char * why, size_t why_size);
void sp_profile_free(sp_profile * profile);
int sp_profile_n_layer(const sp_profile * profile);
uint64_t sp_profile_tokens(const sp_profile * profile);
/** Copies up to n points of the measured density-to-quality curve; returns how many there are. */
int sp_profile_curve(const sp_profile * profile, sp_quality_point * out, int n);

/* ------------------------------------------------------------------ input-sparse linears (TEAL, Q-Sparse) */

/** A column-major copy of any weight matrix, made now: `weights` may go. Null, with the reason, for a type
 * without a layout, a bad shape or stride. y = W x reads only the selected input channels' columns. */
sp_linear * sp_linear_create(const sp_tensor * weights, char * why, size_t why_size);
void sp_linear_free(sp_linear * linear);
/** Bytes of the copy. */
uint64_t sp_linear_bytes(const sp_linear * linear);

typedef struct sp_linear_rule {
    sp_selector selector; /**< SP_TEAL, SP_QSPARSE, SP_BLOCK_QSPARSE, or SP_NONE (all channels) */
    float density;        /**< Q-Sparse: K = round(density * in) */
    float threshold;      /**< TEAL: |x_i| (or WINA's score) >= threshold; negative: the density's largest */
    bool wina;            /**< score |x_i| * ||W[:,i]|| instead of |x_i| */
} sp_linear_rule;

typedef struct sp_linear_args {
    const float * x; /**< ne0 of the weights */
    float * y;       /**< ne1 */
    int ith;
    int nth;
} sp_linear_args;

/** Same threading rules as sp_ffn_forward; one call at a time per linear. Returns the kept fraction. */
float sp_linear_forward(sp_linear * linear, const sp_linear_rule * rule, const sp_linear_args * args);

#ifdef __cplusplus
}
#endif

#endif
