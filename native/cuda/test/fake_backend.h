#pragma once
// A stand-in for a CUDA backend with our kernels: it records what the context asks of it. Include it in one
// file of a program: it also takes the place of libggml's registry.

#include "cuda-policy.h"
#include "sparse-pilot-cuda.h"
#include "sparse-pilot.h"

#include "ggml-backend-impl.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

struct sp_cuda_model {
    int parts = 0;
};
struct sp_cuda_part {
    sp_selector kind = SP_NONE;
    int held = 0;
    int count = 0;
    float threshold = 0;
    bool weighted = false;
};

namespace fake {

struct Backend {
    int created = 0, freed = 0, configured = 0, sent = 0, counted = 0;
    bool gated = false;         // the FFN that was created last
    sp_cuda_matrix linear = {}; // that was created last
    std::string refusal;        // of every creation
    float boundary = 0;         // of every part's counts
    int observed = 0;           // tokens that every observer has seen
    std::vector<float> sums;    // of every observer
    bool present = true;
};
inline Backend backend;

inline sp_cuda_model * model_create(int parts) { return new sp_cuda_model{parts}; }
inline void model_free(sp_cuda_model * model) { delete model; }
inline bool send(sp_cuda_model *) {
    ++backend.sent;
    return true;
}
inline bool counts(sp_cuda_model * model, sp_cuda_counts * out) {
    ++backend.counted;
    std::fill_n(out, model->parts, sp_cuda_counts{24, 96, 0.25f, backend.boundary});
    for (int i = 1 + SP_LINEARS; i < model->parts; i += 2 + SP_LINEARS) { // the observers
        out[i].kept = backend.observed;
    }
    return true;
}
inline bool observed(sp_cuda_model * model, float * const * out) {
    for (int i = 0; i < model->parts; ++i) {
        if (out[i] != nullptr) {
            std::copy(backend.sums.begin(), backend.sums.end(), out[i]);
        }
    }
    backend.observed = 0;
    return true;
}
inline sp_cuda_part * create(char * why, size_t size) {
    ++backend.created;
    if (!backend.refusal.empty()) {
        std::snprintf(why, size, "%s", backend.refusal.c_str());
        return nullptr;
    }
    return new sp_cuda_part;
}
inline sp_cuda_part * create_ffn(sp_cuda_model *, int, const sp_cuda_ffn * ffn, char * why, size_t size) {
    backend.gated = ffn->gate.ne1 > 0;
    return create(why, size);
}
inline sp_cuda_part * create_linear(sp_cuda_model *, int, const sp_cuda_matrix * matrix, char * why,
                                    size_t size) {
    backend.linear = *matrix;
    return create(why, size);
}
inline sp_cuda_part * create_observer(sp_cuda_model *, int, const sp_cuda_matrix *, int, char * why,
                                      size_t size) {
    return create(why, size);
}
inline void release(sp_cuda_part * part) {
    ++backend.freed;
    delete part;
}
inline size_t extra_bytes(const sp_cuda_part *) { return 100; }
inline bool configure(sp_cuda_part * part, const sp_decision * decision, char *, size_t) {
    ++backend.configured;
    *part = {decision->kind, decision->n_ids, decision->count, decision->threshold,
             decision->weights != nullptr};
    return true;
}
inline const sp_cuda_api * api() {
    static const sp_cuda_api table = {model_create,  model_free,      send,     counts,  create_ffn,
                                      create_linear, create_observer, observed, release, extra_bytes,
                                      configure};
    return &table;
}

inline void * address(ggml_backend_reg_t, const char * name) {
    return backend.present && std::string(name) == SP_CUDA_API_NAME ? reinterpret_cast<void *>(api) : nullptr;
}

} // namespace fake

// in place of libggml's registry
size_t ggml_backend_reg_count() { return 1; }
ggml_backend_reg_t ggml_backend_reg_get(size_t) {
    static ggml_backend_reg reg = {1, {nullptr, nullptr, nullptr, fake::address}, nullptr};
    return &reg;
}
