#pragma once
// One decode step as a graph, dense or sparse.

#include "decode/compact.h"
#include "decode/model.h"
#include "sparse-pilot-cuda.h"

#include "ggml-alloc.h"

#include <chrono>
#include <vector>

namespace bench {

enum class Parts { Ffn, Whole };

/// Wall time of `work`, in microseconds.
template <typename Work> double elapsed_us(Work && work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

/// How the FFNs are computed: without nodes by the stock kernels; with nodes alone by ours; with compact
/// tensors too, gate and up by the stock kernels over the held rows, and down by ours.
struct Form {
    std::vector<sp_cuda_node> * nodes = nullptr;
    const Compact * compact = nullptr;
};

/// A graph of one decode step.
class Step {
  public:
    Step(ggml_backend_t backend, const Model & model, Parts parts, Form form) : backend_(backend) {
        ggml_init_params params = {ggml_tensor_overhead() * 8192 + ggml_graph_overhead_custom(8192, false),
                                   nullptr, true};
        context_ = ggml_init(params);
        graph_ = ggml_new_graph_custom(context_, 8192, false);
        ggml_tensor * x = model.input();
        for (size_t i = 0; i < model.layers().size(); ++i) {
            const LayerTensors & layer = model.layers()[i];
            if (parts == Parts::Whole) {
                ggml_tensor * n = ggml_rms_norm(context_, x, 1e-5f);
                ggml_tensor * q = ggml_mul_mat(context_, layer.q, n);
                ggml_build_forward_expand(graph_, ggml_mul_mat(context_, layer.k, n));
                ggml_build_forward_expand(graph_, ggml_mul_mat(context_, layer.v, n));
                x = ggml_add(context_, x, ggml_mul_mat(context_, layer.o, q));
            }
            ggml_tensor * n = ggml_rms_norm(context_, x, 1e-5f);
            x = ggml_add(context_, x, ffn(n, layer, form, i));
        }
        result_ = parts == Parts::Whole
                      ? ggml_mul_mat(context_, model.head(), ggml_rms_norm(context_, x, 1e-5f))
                      : x;
        ggml_build_forward_expand(graph_, result_);
        allocator_ = ggml_gallocr_new(ggml_backend_get_default_buffer_type(backend));
        if (!ggml_gallocr_alloc_graph(allocator_, graph_)) {
            fail("the graph does not fit");
        }
    }
    ~Step() {
        ggml_gallocr_free(allocator_);
        ggml_free(context_);
    }
    Step(const Step &) = delete;
    Step & operator=(const Step &) = delete;

    double run_us() {
        return elapsed_us([this] {
            if (ggml_backend_graph_compute(backend_, graph_) != GGML_STATUS_SUCCESS) {
                fail("a decode step failed");
            }
        });
    }

    std::vector<float> result() const {
        std::vector<float> values(static_cast<size_t>(ggml_nelements(result_)));
        ggml_backend_tensor_get(result_, values.data(), 0, ggml_nbytes(result_));
        return values;
    }

  private:
    static void never_on_cpu(ggml_tensor *, int, int, void *) { fail("a sparse node came to the CPU"); }
    ggml_tensor * ffn(ggml_tensor * n, const LayerTensors & layer, const Form & form, size_t i) {
        if (!form.nodes) {
            return ggml_mul_mat(context_, layer.down, hidden(n, layer.gate, layer.up));
        }
        ggml_tensor * input = form.compact ? hidden(n, form.compact->gates[i], form.compact->ups[i]) : n;
        return ggml_custom_4d(context_, GGML_TYPE_F32, n->ne[0], 1, 1, 1, &input, 1, never_on_cpu, 1,
                              &(*form.nodes)[i]);
    }
    ggml_tensor * hidden(ggml_tensor * n, ggml_tensor * gate, ggml_tensor * up) {
        ggml_tensor * u = ggml_mul_mat(context_, up, n);
        return ggml_swiglu_split(context_, ggml_mul_mat(context_, gate, n), u);
    }

    ggml_backend_t backend_;
    ggml_context * context_ = nullptr;
    ggml_cgraph * graph_ = nullptr;
    ggml_gallocr_t allocator_ = nullptr;
    ggml_tensor * result_ = nullptr;
};

} // namespace bench
