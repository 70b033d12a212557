#pragma once
// The linears of a bench's model by input channel (TEAL).

#include "decode/model.h"
#include "sparse-pilot-cuda.h"
#include "sparse-pilot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace bench {

/// One part for each of a layer's seven products.
class SparseInputs {
  public:
    using OfLayer = std::array<sp_cuda_node, 7>; // as LayerTensors::matrices() orders them

    SparseInputs(const sp_cuda_api & api, const Model & model)
        : api_(api), handle_(api.model_create(static_cast<int>(model.layers().size() * 7))) {
        for (const LayerTensors & layer : model.layers()) {
            OfLayer & nodes = learning.emplace_back();
            for (size_t i = 0; i < nodes.size(); ++i) {
                const ggml_tensor * t = layer.matrices()[i];
                const sp_cuda_matrix matrix = {t->type, t->data, t->ne[0], t->ne[1]};
                char why[256] = "";
                sp_cuda_part * part =
                    api.create_linear(handle_, static_cast<int>(parts_.size()), &matrix, why, sizeof why);
                if (!part) {
                    refused = why;
                    return;
                }
                parts_.push_back({part, static_cast<int>(t->ne[0])});
                nodes[i] = {SP_CUDA_NODE_MAGIC, part};
            }
        }
        thresholds = learning;
        counts_.resize(parts_.size());
    }
    ~SparseInputs() {
        for (const Part & part : parts_) {
            api_.free(part.part);
        }
        api_.model_free(handle_);
    }
    SparseInputs(const SparseInputs &) = delete;
    SparseInputs & operator=(const SparseInputs &) = delete;

    /// Finds the thresholds that keep `density` on this input, as the engine does: `run` makes one pass with
    /// the learning nodes, whose exact top-K gives the boundaries.
    void calibrate(double density, const std::function<void()> & run) {
        for (const Part & part : parts_) {
            const int k = std::max(1, static_cast<int>(std::lround(density * part.inputs)));
            configure(part, {SP_TOPK, 0.0f, k, nullptr, nullptr, 0, static_cast<float>(density), 0});
        }
        send();
        run();
        read_counts();
        now_.clear();
        for (const sp_cuda_counts & counts : counts_) {
            now_.push_back(counts.boundary);
        }
        set_thresholds(density);
    }
    /// What the engine does between two tokens.
    void follow(double density) {
        read_counts();
        for (size_t i = 0; i < parts_.size(); ++i) {
            now_[i] *= static_cast<float>(std::exp(0.25 * (kept(i) - density)));
        }
        set_thresholds(density);
    }
    double mean_density() {
        read_counts();
        double sum = 0.0, ran = 0.0;
        for (size_t i = 0; i < parts_.size(); ++i) {
            sum += kept(i);
            ran += counts_[i].kept > 0 ? 1.0 : 0.0; // the FFN alone leaves attention's out
        }
        return sum / ran;
    }
    std::string refused; // why the parts were not made, for want of memory; empty when they were
    /// The same parts under two addresses: a CUDA graph captured with one form must not serve the other.
    std::vector<OfLayer> learning, thresholds;

  private:
    struct Part {
        sp_cuda_part * part;
        int inputs;
    };
    double kept(size_t i) const { return static_cast<double>(counts_[i].kept) / counts_[i].all; }
    void set_thresholds(double density) {
        for (size_t i = 0; i < parts_.size(); ++i) {
            configure(parts_[i], {SP_TEAL, now_[i], 0, nullptr, nullptr, 0, static_cast<float>(density), 0});
        }
        send();
    }
    void configure(const Part & part, const sp_decision & decision) {
        char why[256] = "";
        if (!api_.configure(part.part, &decision, why, sizeof why)) {
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
    std::vector<Part> parts_;
    std::vector<sp_cuda_counts> counts_;
    std::vector<float> now_; // thresholds
};

} // namespace bench
