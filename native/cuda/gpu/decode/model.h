#pragma once
// The weights that the decode bench runs on: random, of a real model's shape.

#include "bench.h"

#include "ggml-backend.h"
#include "ggml.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace bench {

struct LayerTensors {
    ggml_tensor *q, *k, *v, *o, *gate, *up, *down;
    std::array<ggml_tensor *, 7> matrices() const { return {q, k, v, o, gate, up, down}; }
};

/// The weights of one model in the CUDA backend's memory.
class Model {
  public:
    Model(ggml_backend_t backend, const Shape & shape, ggml_type type, int layers) : shape_(shape) {
        ggml_init_params params = {ggml_tensor_overhead() * static_cast<size_t>(layers * 8 + 8), nullptr,
                                   true};
        context_ = ggml_init(params);
        const auto matrix = [&](int columns, int rows) {
            return ggml_new_tensor_2d(context_, type, columns, rows);
        };
        for (int i = 0; i < layers; ++i) {
            layers_.push_back({matrix(shape.d, shape.d), matrix(shape.d, shape.kv), matrix(shape.d, shape.kv),
                               matrix(shape.d, shape.d), matrix(shape.d, shape.f), matrix(shape.d, shape.f),
                               matrix(shape.f, shape.d)});
        }
        head_ = matrix(shape.d, shape.vocabulary);
        input_ = ggml_new_tensor_1d(context_, GGML_TYPE_F32, shape.d);
        buffer_ = ggml_backend_alloc_ctx_tensors(context_, backend);
        if (!buffer_) {
            fail("not enough GPU memory");
        }
        fill();
    }
    ~Model() {
        ggml_backend_buffer_free(buffer_);
        ggml_free(context_);
    }
    Model(const Model &) = delete;
    Model & operator=(const Model &) = delete;

    const std::vector<LayerTensors> & layers() const { return layers_; }
    ggml_tensor * head() const { return head_; }
    ggml_tensor * input() const { return input_; }
    const Shape & shape() const { return shape_; }

  private:
    void fill() {
        std::mt19937 random(7);
        std::normal_distribution<float> normal;
        for (ggml_tensor * t = ggml_get_first_tensor(context_); t; t = ggml_get_next_tensor(context_, t)) {
            // a block of random rows, repeated: quantising gigabytes of random numbers would take minutes
            const int64_t rows = std::min<int64_t>(ggml_nrows(t), 64);
            std::vector<float> values(static_cast<size_t>(rows * t->ne[0]));
            const float deviation = t == input_ ? 1.0f : 1.0f / std::sqrt(static_cast<float>(t->ne[0]));
            for (float & value : values) {
                value = deviation * normal(random);
            }
            std::vector<uint8_t> bytes(ggml_row_size(t->type, t->ne[0]) * static_cast<size_t>(rows));
            ggml_quantize_chunk(t->type, values.data(), bytes.data(), 0, rows, t->ne[0], nullptr);
            for (size_t at = 0; at < ggml_nbytes(t); at += bytes.size()) {
                ggml_backend_tensor_set(t, bytes.data(), at, std::min(bytes.size(), ggml_nbytes(t) - at));
            }
        }
    }

    Shape shape_;
    ggml_context * context_ = nullptr;
    ggml_backend_buffer_t buffer_ = nullptr;
    std::vector<LayerTensors> layers_;
    ggml_tensor * head_ = nullptr;
    ggml_tensor * input_ = nullptr;
};

} // namespace bench
