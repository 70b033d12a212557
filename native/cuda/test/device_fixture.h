#pragma once
// layer.cu itself, in the emulator, on a stand-in for the CUDA runtime, with an FFN in its memory. Include it
// in one file of a program.

#include "../ggml_node.cpp"
#include "../layer.cu"

#include "checks.h"
#include "reference.h"

namespace sp::cuda::test {

constexpr int kWidth = 64;
constexpr int kNeurons = 96;
constexpr WeightType kType = WeightType::Q8_0;

/// Bytes in the memory of a device.
inline uint8_t * on_device(const std::vector<uint8_t> & bytes, int device) {
    const DeviceGuard guard(device);
    void * memory = nullptr;
    cudaMalloc(&memory, bytes.size());
    std::memcpy(memory, bytes.data(), bytes.size());
    return static_cast<uint8_t *>(memory);
}

struct Fixture {
    explicit Fixture(int device = 0, bool gated = true) : gated(gated) {
        simt::machine().free = simt::machine().total;
        Random random(9);
        gate = random_matrix(kType, kNeurons, kWidth, random);
        up = random_matrix(kType, kNeurons, kWidth, random);
        down = random_matrix(kType, kWidth, kNeurons, random);
        x = random_vector(kWidth, random);
        memory = {on_device(gate.bytes, device), on_device(up.bytes, device), on_device(down.bytes, device)};
        const sp_cuda_matrix none{};
        ffn = {gated ? sp_cuda_matrix{GGML_TYPE_Q8_0, memory[0], kWidth, kNeurons} : none,
               {GGML_TYPE_Q8_0, memory[1], kWidth, kNeurons},
               {GGML_TYPE_Q8_0, memory[2], kNeurons, kWidth},
               nullptr,
               nullptr,
               nullptr,
               SP_ACT_SILU};
    }
    ~Fixture() {
        for (sp_cuda_model * model : models) {
            for (sp_cuda_part * layer : std::vector<sp_cuda_part *>(model->parts)) {
                if (layer != nullptr) {
                    sp_cuda_part_free(layer);
                }
            }
            sp_cuda_model_free(model);
        }
        for (uint8_t * each : memory) {
            cudaFree(each);
        }
    }
    Fixture(const Fixture &) = delete;
    Fixture & operator=(const Fixture &) = delete;

    sp_cuda_model * model(int layers = 2) {
        models.push_back(sp_cuda_model_create(layers));
        return models.back();
    }
    sp_cuda_part * layer(sp_cuda_model * of, int index = 0) {
        why[0] = 0;
        return sp_cuda_ffn_create(of, index, &ffn, why, sizeof why);
    }
    bool configure(sp_cuda_part * layer, const sp_decision & decision) {
        return sp_cuda_part_configure(layer, &decision, why, sizeof why) && sp_cuda_model_send(layer->model);
    }
    std::vector<float> forward(sp_cuda_part * layer) {
        std::vector<float> y(kWidth, -1.0f);
        const sp_cuda_pass pass = {x.data(), nullptr, 1, y.data()};
        sp_cuda_part_forward(layer, &pass, &stream);
        return y;
    }
    std::vector<double> reference(const std::vector<int32_t> & ids) const {
        std::vector<double> y(kWidth, 0.0);
        for (const int j : ids) {
            const double first = activated(Activation::SiLU, reference_dot(gated ? gate : up, j, x));
            const double h = first * (gated ? reference_dot(up, j, x) : 1.0);
            for (int o = 0; o < kWidth; ++o) {
                y[static_cast<size_t>(o)] += h * down.at(o, j);
            }
        }
        return y;
    }

    bool gated;
    Matrix gate, up, down;
    std::vector<float> x;
    std::vector<uint8_t *> memory;
    sp_cuda_ffn ffn{};
    std::vector<sp_cuda_model *> models;
    int stream = 0; // any address but null
    char why[256] = "";
};

inline sp_decision threshold_of(float value, const float * weights = nullptr, uint64_t revision = 0) {
    return {SP_CATS, value, 0, weights, nullptr, 0, 0.5f, revision};
}
inline sp_decision list_of(const std::vector<int32_t> & ids, uint64_t revision = 0) {
    return {SP_GRIFFIN, 0.0f, 0, nullptr, ids.data(), static_cast<int>(ids.size()), 0.5f, revision};
}

} // namespace sp::cuda::test
