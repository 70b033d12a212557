#include "reference.h"

#include "ggml.h"

#include <cmath>
#include <map>
#include <tuple>

namespace sp::cuda::test {
namespace {

ggml_type ggml_type_of(WeightType type) {
    switch (type) {
    case WeightType::Q4_0:
        return GGML_TYPE_Q4_0;
    case WeightType::Q8_0:
        return GGML_TYPE_Q8_0;
    case WeightType::Q4_K:
        return GGML_TYPE_Q4_K;
    case WeightType::Q6_K:
        return GGML_TYPE_Q6_K;
    case WeightType::F16:
        return GGML_TYPE_F16;
    default:
        return GGML_TYPE_BF16;
    }
}

} // namespace

std::vector<float> random_vector(int n, Random & random, float deviation) {
    std::normal_distribution<float> normal(0.0f, deviation);
    std::vector<float> values(static_cast<size_t>(n));
    for (float & value : values) {
        value = normal(random);
    }
    return values;
}

Matrix random_matrix(WeightType type, int rows, int columns, Random & random) {
    Matrix m{type, rows, columns, {}, {}};
    const std::vector<float> source = random_vector(rows * columns, random, 0.1f);
    const ggml_type target = ggml_type_of(type);
    m.bytes.resize(ggml_row_size(target, columns) * static_cast<size_t>(rows));
    ggml_quantize_chunk(target, source.data(), m.bytes.data(), 0, rows, columns, nullptr);
    m.values.resize(source.size());
    ggml_get_type_traits(target)->to_float(m.bytes.data(), m.values.data(),
                                           static_cast<int64_t>(source.size()));
    return m;
}

const Matrix & shared_weights(WeightType type, int rows, int columns, unsigned seed) {
    static std::map<std::tuple<WeightType, int, int, unsigned>, Matrix> made;
    const auto [entry, is_new] = made.try_emplace({type, rows, columns, seed});
    if (is_new) {
        Random random(seed);
        entry->second = random_matrix(type, rows, columns, random);
    }
    return entry->second;
}

std::vector<double> quantised_values(const std::vector<float> & x) {
    std::vector<double> values(x.size());
    for (size_t block = 0; block < x.size() / 32; ++block) {
        float largest = 0.0f;
        for (size_t i = 0; i < 32; ++i) {
            largest = std::fmax(largest, std::fabs(x[32 * block + i]));
        }
        const float scale = largest / 127.0f;
        for (size_t i = 0; i < 32; ++i) {
            values[32 * block + i] = scale == 0.0f ? 0.0 : scale * std::rint(x[32 * block + i] / scale);
        }
    }
    return values;
}

double activated(Activation activation, double g) {
    switch (activation) {
    case Activation::SiLU:
        return g / (1.0 + std::exp(-g));
    case Activation::GELU:
        return 0.5 * g * (1.0 + std::tanh(0.79788456080286535588 * g * (1.0 + 0.044715 * g * g)));
    case Activation::ReLU:
        return std::fmax(g, 0.0);
    default:
        return std::fmax(g, 0.0) * std::fmax(g, 0.0);
    }
}

double reference_dot(const Matrix & w, int row, const std::vector<float> & x) {
    const bool wide = w.type == WeightType::F16 || w.type == WeightType::BF16;
    const std::vector<double> seen = wide ? std::vector<double>(x.begin(), x.end()) : quantised_values(x);
    double sum = 0.0;
    for (int i = 0; i < w.columns; ++i) {
        sum += w.at(row, i) * seen[static_cast<size_t>(i)];
    }
    return sum;
}

double norm_error(const std::vector<float> & a, const std::vector<double> & b) {
    double difference = 0.0;
    double norm = 0.0;
    for (size_t i = 0; i < b.size(); ++i) {
        difference += (a[i] - b[i]) * (a[i] - b[i]);
        norm += b[i] * b[i];
    }
    return norm == 0.0 ? std::sqrt(difference) : std::sqrt(difference / norm);
}

const char * name_of(WeightType type) { return ggml_type_name(ggml_type_of(type)); }

} // namespace sp::cuda::test
