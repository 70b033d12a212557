// What the byte counts predict for the CUDA kernels on cards of three kinds; no GPU is asked. Prints
// docs/gpu.md's table: ratios to dense at density 0.7 / 0.5 / 0.3 (cuda/include/cuda-policy.h).
// `cuda/gpu/check.sh` prints the same beside what it measures.
#include "../cuda/gpu/scale-share.h"
#include "../cuda/gpu/shapes.h"
#include "../cuda/include/cuda-policy.h"

#include "ggml.h"

#include <cstdio>
#include <string>

using namespace sp::cuda;

namespace {

struct NamedCard {
    const char * name;
    double bandwidth; // bytes/s
};
constexpr NamedCard cards[] = {{"H200, 4.8 TB/s", 4.8e12}, {"1 TB/s", 1e12}, {"272 GB/s", 272e9}};

LayerBytes bytesOf(const bench::Shape & shape, ggml_type type, bool whole) {
    const auto matrix = [type](int columns, int rows) {
        return static_cast<double>(ggml_row_size(type, columns)) * rows;
    };
    const double ffn = matrix(shape.d, shape.f);
    const double attention = 2 * matrix(shape.d, shape.d) + 2 * matrix(shape.d, shape.kv);
    const double head = matrix(shape.d, shape.vocabulary) / shape.layers;
    return {ffn,
            ffn,
            matrix(shape.f, shape.d),
            whole ? attention : 0.0,
            bench::scale_share(type),
            whole ? head : 0.0};
}

std::string ratios(Skips skips, const LayerBytes & bytes, double bandwidth) {
    char text[64];
    const auto at = [&](double density) { return predicted_speedup(skips, bytes, density, {bandwidth}); };
    std::snprintf(text, sizeof text, "%.2f / %.2f / %.2f", at(0.7), at(0.5), at(0.3));
    return text;
}

} // namespace

int main() {
    std::printf("| card | shape, type | FFN, threshold | FFN, held list | step, threshold | step, held list "
                "| step, inputs |\n"
                "| --- | --- | --- | --- | --- | --- | --- |\n");
    for (const NamedCard & card : cards) {
        for (const bench::Shape & shape : bench::kShapes) {
            for (const ggml_type type : {GGML_TYPE_Q4_K, GGML_TYPE_Q8_0, GGML_TYPE_F16}) {
                std::printf("| %s | %s, %s", card.name, shape.name, ggml_type_name(type));
                for (const bool whole : {false, true}) {
                    const LayerBytes bytes = bytesOf(shape, type, whole);
                    for (const Skips skips : {Skips::Neurons, Skips::HeldNeurons}) {
                        std::printf(" | %s", ratios(skips, bytes, card.bandwidth).c_str());
                    }
                    if (whole) {
                        std::printf(" | %s", ratios(Skips::Inputs, bytes, card.bandwidth).c_str());
                    }
                }
                std::printf(" |\n");
            }
        }
    }
    return 0;
}
