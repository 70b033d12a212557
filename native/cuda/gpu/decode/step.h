#pragma once
// One decode step as a graph, dense or sparse.

#include "decode/model.h"
#include "decode/sparse-inputs.h"
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

/// How a layer is computed: without nodes by the stock kernels; FFNs by `ffns`; or every product by `inputs`.
struct Form {
    std::vector<sp_cuda_node> * ffns = nullptr;
    std::vector<SparseInputs::OfLayer> * inputs = nullptr;
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
                ggml_tensor * q = product(layer, 0, n, form, i);
                ggml_build_forward_expand(graph_, product(layer, 1, n, form, i));
                ggml_build_forward_expand(graph_, product(layer, 2, n, form, i));
                x = ggml_add(context_, x, product(layer, 3, q, form, i));
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
    ggml_tensor * node(ggml_tensor * input, int64_t outputs, sp_cuda_node * data) {
        return ggml_custom_4d(context_, GGML_TYPE_F32, outputs, 1, 1, 1, &input, 1, never_on_cpu, 1, data);
    }
    /// `which` as LayerTensors::matrices() orders them.
    ggml_tensor * product(const LayerTensors & layer, size_t which, ggml_tensor * x, const Form & form,
                          size_t i) {
        ggml_tensor * weights = layer.matrices()[which];
        return form.inputs ? node(x, weights->ne[1], &(*form.inputs)[i][which])
                           : ggml_mul_mat(context_, weights, x);
    }
    ggml_tensor * ffn(ggml_tensor * n, const LayerTensors & layer, const Form & form, size_t i) {
        if (form.ffns) {
            return node(n, n->ne[0], &(*form.ffns)[i]);
        }
        ggml_tensor * u = product(layer, 5, n, form, i);
        ggml_tensor * h = ggml_swiglu_split(context_, product(layer, 4, n, form, i), u);
        return product(layer, 6, h, form, i);
    }

    ggml_backend_t backend_;
    ggml_context * context_ = nullptr;
    ggml_cgraph * graph_ = nullptr;
    ggml_gallocr_t allocator_ = nullptr;
    ggml_tensor * result_ = nullptr;
};

} // namespace bench
