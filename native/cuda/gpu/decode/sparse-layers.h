#pragma once
// The CUDA part's layers of a bench's model, and what they are told to keep.

#include "decode/model.h"
#include "sparse-pilot-cuda.h"
#include "sparse-pilot.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <numeric>
#include <random>
#include <vector>

namespace bench {

/// One sparse layer object for each layer of a model.
class SparseLayers {
  public:
    SparseLayers(const sp_cuda_api & api, const Model & model)
        : api_(api), handle_(api.model_create(static_cast<int>(model.layers().size()))),
          counts_(model.layers().size()) {
        const auto matrix = [](const ggml_tensor * t) {
            return sp_cuda_matrix{t->type, t->data, t->ne[0], t->ne[1]};
        };
        for (const LayerTensors & t : model.layers()) {
            const sp_cuda_ffn ffn = {matrix(t.gate), matrix(t.up), matrix(t.down), nullptr,
                                     nullptr,        nullptr,      SP_ACT_SILU};
            char why[256] = "";
            sp_cuda_part * part =
                api_.create_ffn(handle_, static_cast<int>(thresholds.size()), &ffn, why, sizeof why);
            if (!part) {
                fail(why);
            }
            thresholds.push_back({SP_CUDA_NODE_MAGIC, part});
            held.push_back({SP_CUDA_NODE_MAGIC, part});
        }
    }
    ~SparseLayers() {
        for (const sp_cuda_node & node : thresholds) {
            api_.free(node.part);
        }
        api_.model_free(handle_);
    }
    SparseLayers(const SparseLayers &) = delete;
    SparseLayers & operator=(const SparseLayers &) = delete;

    void threshold(size_t layer, float value) {
        configure(layer, {SP_CATS, value, 0, nullptr, nullptr, 0, 0.5f, 0});
        send();
    }
    /// A random list of the same length for every layer; another `seed` is another list.
    void hold(double density, int neurons, unsigned seed = 3) {
        std::mt19937 random(seed);
        std::vector<int32_t> all(static_cast<size_t>(neurons));
        std::iota(all.begin(), all.end(), 0);
        const auto count = static_cast<size_t>(density * neurons);
        for (size_t i = 0; i < thresholds.size(); ++i) {
            std::vector<int32_t> ids;
            std::sample(all.begin(), all.end(), std::back_inserter(ids), count, random);
            configure(i, {SP_GRIFFIN, 0.0f, 0, nullptr, ids.data(), static_cast<int>(count),
                          static_cast<float>(density), 0});
        }
        send();
    }
    /// What the engine does between two tokens of a threshold selector: counts back, thresholds moved, one
    /// copy to the device.
    void follow(double density) {
        read_counts();
        for (size_t i = 0; i < thresholds.size(); ++i) {
            const double kept = static_cast<double>(counts_[i].kept) / counts_[i].all;
            now_[i] *= static_cast<float>(std::exp(0.3 * (kept - density)));
            configure(i, {SP_CATS, now_[i], 0, nullptr, nullptr, 0, static_cast<float>(density), 0});
        }
        send();
    }
    /// Finds, layer by layer, the threshold that keeps `density` on this input; `run` makes one pass.
    void calibrate(double density, const std::function<void()> & run) {
        now_.clear();
        for (size_t i = 0; i < thresholds.size(); ++i) {
            float low = 0.0f, high = 8.0f;
            for (int step = 0; step < 20; ++step) {
                const float middle = (low + high) / 2.0f;
                threshold(i, middle);
                run();
                read_counts();
                (static_cast<double>(counts_[i].kept) / counts_[i].all > density ? low : high) = middle;
            }
            threshold(i, high);
            now_.push_back(high);
        }
    }
    double mean_density() {
        read_counts();
        double sum = 0.0;
        for (const sp_cuda_counts & counts : counts_) {
            sum += static_cast<double>(counts.kept) / counts.all;
        }
        return sum / static_cast<double>(thresholds.size());
    }

    /// The same layers under several addresses: a CUDA graph captured with one form must not serve another.
    std::vector<sp_cuda_node> thresholds, held;

  private:
    void configure(size_t layer, const sp_decision & decision) {
        char why[256] = "";
        if (!api_.configure(thresholds[layer].part, &decision, why, sizeof why)) {
            fail(why);
        }
    }
    void send() {
        if (!api_.send(handle_)) {
            fail("the device did not take the numbers");
        }
    }
    void read_counts() {
        if (!api_.counts(handle_, counts_.data())) {
            fail("the device gave no counts");
        }
    }
    const sp_cuda_api & api_;
    sp_cuda_model * handle_;
    std::vector<sp_cuda_counts> counts_;
    std::vector<float> now_; // thresholds of the last calibration, moved since
};

} // namespace bench
