/** Random FFN layers in any ggml type, and their masked-dense reference at double precision. */
#pragma once

#include "ggml.h"
#include "sparse-pilot.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

namespace model {

class Random {
  public:
    explicit Random(uint64_t seed) : engine_(seed) {}
    float normal() { return normal_(engine_); }
    float uniform() { return uniform_(engine_); }
    std::vector<float> vector(size_t n, float scale) {
        std::vector<float> v(n);
        for (float & x : v)
            x = normal() * scale;
        return v;
    }

  private:
    std::mt19937_64 engine_;
    std::normal_distribution<float> normal_;
    std::uniform_real_distribution<float> uniform_;
};

/** rows x cols of a type, with its values as the type holds them. */
struct Matrix {
    int type = 0;
    int rows = 0, cols = 0;
    std::vector<uint8_t> data;
    std::vector<float> values;

    Matrix() = default;
    Matrix(int ggmlType, int rows_, int cols_, Random & random) : type(ggmlType), rows(rows_), cols(cols_) {
        const auto t = static_cast<ggml_type>(type);
        const std::vector<float> w = random.vector(static_cast<size_t>(rows) * static_cast<size_t>(cols),
                                                   1 / std::sqrt(static_cast<float>(cols)));
        data.resize(ggml_row_size(t, cols) * static_cast<size_t>(rows));
        ggml_quantize_chunk(t, w.data(), data.data(), 0, rows, cols, nullptr);
        values.resize(w.size());
        ggml_get_type_traits(t)->to_float(data.data(), values.data(), static_cast<int64_t>(w.size()));
    }
    sp_tensor tensor() const {
        return {type, data.data(), cols, rows, ggml_row_size(static_cast<ggml_type>(type), cols)};
    }
    double dot(int row, const std::vector<double> & x) const {
        double sum = 0;
        for (size_t i = 0; i < x.size(); ++i)
            sum += static_cast<double>(values[static_cast<size_t>(row) * x.size() + i]) * x[i];
        return sum;
    }
};

struct Types {
    int gate, up, down;
};

struct Ffn {
    int d, f;
    bool gated;
    Matrix gate, up, down;
    std::vector<float> gateBias, upBias;

    Ffn(Types types, int d_, int f_, bool gated_, Random & random)
        : d(d_), f(f_), gated(gated_), up(types.up, f_, d_, random), down(types.down, d_, f_, random) {
        if (gated)
            gate = Matrix(types.gate, f, d, random);
    }
    sp_ffn_weights weights() const {
        sp_ffn_weights w = {};
        if (gated)
            w.gate = gate.tensor();
        w.up = up.tensor();
        w.down = down.tensor();
        w.gate_bias = gateBias.empty() ? nullptr : gateBias.data();
        w.up_bias = upBias.empty() ? nullptr : upBias.data();
        return w;
    }
};

/** Inputs that share an int8 scale when a matrix of this type is multiplied; 0: not quantised. */
inline int activationBlock(int type) {
    if (type == GGML_TYPE_F16 || type == GGML_TYPE_BF16)
        return 0;
    return type == GGML_TYPE_Q6_K ? 16 : 32;
}

/** What is left of values that went through int8 with one f16 scale per block (ggml's q8_0). */
inline std::vector<double> throughInt8(const std::vector<double> & x, int block) {
    if (block == 0)
        return x;
    std::vector<double> out(x.size());
    for (size_t b = 0; b < x.size(); b += static_cast<size_t>(block)) {
        const size_t end = std::min(x.size(), b + static_cast<size_t>(block));
        float largest = 0;
        for (size_t i = b; i < end; ++i)
            largest = std::max(largest, std::fabs(static_cast<float>(x[i])));
        const float inverse = largest > 0 ? 127.0f / largest : 0.0f;
        const double scale = static_cast<double>(ggml_fp16_to_fp32(ggml_fp32_to_fp16(largest / 127.0f)));
        for (size_t i = b; i < end; ++i)
            out[i] = static_cast<double>(std::nearbyint(static_cast<float>(x[i]) * inverse)) * scale;
    }
    return out;
}

inline double activation(sp_act act, double x) {
    switch (act) {
    case SP_ACT_RELU:
        return std::max(x, 0.0);
    case SP_ACT_RELU_SQR:
        return x > 0 ? x * x : 0;
    case SP_ACT_GELU:
        return 0.5 * x * (1 + std::tanh(0.79788456080286535588 * x * (1 + 0.044715 * x * x)));
    case SP_ACT_SILU:
        break;
    }
    return x / (1 + std::exp(-x));
}

inline std::vector<double> widened(const std::vector<float> & x) { return {x.begin(), x.end()}; }

/** The selecting rows' products (gate, or up where there is none), with their bias, before the activation. */
inline std::vector<double> gateProducts(const Ffn & m, const std::vector<float> & x) {
    const Matrix & rows = m.gated ? m.gate : m.up;
    const std::vector<float> & bias = m.gated ? m.gateBias : m.upBias;
    const std::vector<double> xs = throughInt8(widened(x), activationBlock(rows.type));
    std::vector<double> pre(static_cast<size_t>(m.f));
    for (size_t j = 0; j < pre.size(); ++j)
        pre[j] = rows.dot(static_cast<int>(j), xs) + (bias.empty() ? 0 : static_cast<double>(bias[j]));
    return pre;
}

inline std::vector<double> gateValues(const Ffn & m, sp_act act, const std::vector<float> & x) {
    std::vector<double> a = gateProducts(m, x);
    for (double & v : a)
        v = activation(act, v);
    return a;
}

/**
 * down(act(gate) * up) with only the neurons where keep[j] is set, in double, with activations through int8
 * as ggml's own products take them.
 */
inline std::vector<double> reference(const Ffn & m, const std::vector<double> & gate,
                                     const std::vector<float> & x, const std::vector<char> & keep) {
    const std::vector<double> xs = throughInt8(widened(x), activationBlock(m.up.type));
    std::vector<double> h(keep.size());
    for (size_t j = 0; j < keep.size(); ++j) {
        if (!keep[j])
            continue;
        h[j] = gate[j];
        if (m.gated)
            h[j] *=
                m.up.dot(static_cast<int>(j), xs) + (m.upBias.empty() ? 0 : static_cast<double>(m.upBias[j]));
    }
    h = throughInt8(h, activationBlock(m.down.type));
    std::vector<double> y(static_cast<size_t>(m.d));
    for (size_t o = 0; o < y.size(); ++o)
        y[o] = m.down.dot(static_cast<int>(o), h);
    return y;
}

/** ||a - b|| / ||b||; 0 when both are zero. */
inline double relativeError(const std::vector<float> & a, const std::vector<double> & b) {
    double error = 0, norm = 0;
    for (size_t i = 0; i < b.size(); ++i) {
        const double e = static_cast<double>(a[i]) - b[i];
        error += e * e;
        norm += b[i] * b[i];
    }
    if (!(error == error))
        return 1e9;
    return norm > 0 ? std::sqrt(error / norm) : std::sqrt(error);
}

/** Runs fn(ith, nth) on nth threads at once. */
template <typename Fn> void onThreads(int nth, Fn fn) {
    std::vector<std::thread> others;
    for (int i = 1; i < nth; ++i)
        others.emplace_back([&fn, i, nth] { fn(i, nth); });
    fn(0, nth);
    for (std::thread & t : others)
        t.join();
}

} // namespace model
