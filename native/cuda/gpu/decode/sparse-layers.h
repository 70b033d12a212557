#pragma once
// The CUDA part's layers of a bench's model, and what they are told to keep.

#include "decode/model.h"
#include "sparse-pilot-cuda.h"
#include "sparse-pilot.h"

#include <functional>
#include <random>
#include <vector>

namespace bench {

/// One sparse layer object for each layer of a model.
class SparseLayers {
  public:
    SparseLayers(const sp_cuda_api & api, const Model & model) : api_(api) {
        const auto matrix = [](const ggml_tensor * t) {
            return sp_cuda_matrix{t->type, t->data, t->ne[0], t->ne[1]};
        };
        for (const LayerTensors & t : model.layers()) {
            const sp_cuda_ffn ffn = {matrix(t.gate), matrix(t.up), matrix(t.down), nullptr,
                                     nullptr,        nullptr,      SP_ACT_SILU};
            char why[256] = "";
            sp_cuda_layer * layer = api_.create(&ffn, why, sizeof why);
            if (!layer) {
                fail(why);
            }
            thresholds.push_back({SP_CUDA_NODE_MAGIC, layer});
            held.push_back({SP_CUDA_NODE_MAGIC, layer});
        }
    }
    ~SparseLayers() {
        for (const sp_cuda_node & node : thresholds) {
            api_.free(node.layer);
        }
    }
    SparseLayers(const SparseLayers &) = delete;
    SparseLayers & operator=(const SparseLayers &) = delete;

    void threshold(size_t layer, float value) {
        configure(layer, {SP_CATS, value, 0, nullptr, nullptr, 0, 0.5f});
    }
    void hold(double density, int neurons) {
        std::mt19937 random(3);
        std::bernoulli_distribution coin(density);
        for (size_t i = 0; i < thresholds.size(); ++i) {
            std::vector<int32_t> ids;
            for (int32_t j = 0; j < neurons; ++j) {
                if (coin(random)) {
                    ids.push_back(j);
                }
            }
            configure(i, {SP_GRIFFIN, 0.0f, 0, nullptr, ids.data(), static_cast<int>(ids.size()),
                          static_cast<float>(density)});
        }
    }
    /// Finds, layer by layer, the threshold that keeps `density` on this input; `run` makes one pass.
    void calibrate(double density, const std::function<void()> & run) {
        for (size_t i = 0; i < thresholds.size(); ++i) {
            float low = 0.0f, high = 8.0f;
            for (int step = 0; step < 20; ++step) {
                const float middle = (low + high) / 2.0f;
                threshold(i, middle);
                run();
                const sp_cuda_counts counts = api_.counts(thresholds[i].layer);
                (static_cast<double>(counts.kept) / counts.neurons > density ? low : high) = middle;
            }
            threshold(i, high);
        }
    }
    double mean_density() {
        double sum = 0.0;
        for (const sp_cuda_node & node : thresholds) {
            const sp_cuda_counts counts = api_.counts(node.layer);
            sum += static_cast<double>(counts.kept) / counts.neurons;
        }
        return sum / static_cast<double>(thresholds.size());
    }

    /// The same layers under two addresses: a CUDA graph captured with one form must not serve the other.
    std::vector<sp_cuda_node> thresholds, held;

  private:
    void configure(size_t layer, const sp_decision & decision) {
        char why[256] = "";
        if (!api_.configure(thresholds[layer].layer, &decision, why, sizeof why)) {
            fail(why);
        }
    }
    const sp_cuda_api & api_;
};

} // namespace bench
