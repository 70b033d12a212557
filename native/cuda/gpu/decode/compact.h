#pragma once
// The compact form's tensors: for each layer room for the held rows of gate and up, which stock kernels
// sweep.

#include "decode/model.h"

#include <vector>

namespace bench {

class Compact {
  public:
    Compact(ggml_backend_t backend, const Model & model, size_t neurons) {
        const size_t count = model.layers().size();
        context_ = ggml_init({ggml_tensor_overhead() * (2 * count + 2), nullptr, true});
        const auto height = static_cast<int64_t>(neurons);
        for (const LayerTensors & layer : model.layers()) {
            gates.push_back(ggml_new_tensor_2d(context_, layer.gate->type, layer.gate->ne[0], height));
            ups.push_back(ggml_new_tensor_2d(context_, layer.up->type, layer.up->ne[0], height));
        }
        buffer_ = ggml_backend_alloc_ctx_tensors(context_, backend);
        if (!buffer_) {
            fail("not enough GPU memory for the compact tensors");
        }
    }
    ~Compact() {
        ggml_backend_buffer_free(buffer_);
        ggml_free(context_);
    }
    Compact(const Compact &) = delete;
    Compact & operator=(const Compact &) = delete;

    std::vector<ggml_tensor *> gates, ups; // by layer

  private:
    ggml_context * context_ = nullptr;
    ggml_backend_buffer_t buffer_ = nullptr;
};

} // namespace bench
