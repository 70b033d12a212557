#include "register.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace sparse_pilot::addon {
namespace {

// log(sum(exp(row))), computed around the row's maximum
double logSumExp(const float * row, size_t n) {
    const double top = *std::max_element(row, row + n);
    double sum = 0;
    for (size_t i = 0; i < n; ++i) {
        sum += std::exp(row[i] - top);
    }
    return top + std::log(sum);
}

// KL(p || q) of two rows of logits, nats
double divergence(const float * p, const float * q, size_t n) {
    const double pNorm = logSumExp(p, n);
    const double qNorm = logSumExp(q, n);
    double sum = 0;
    for (size_t i = 0; i < n; ++i) {
        const double logP = p[i] - pNorm;
        sum += std::exp(logP) * (logP - (q[i] - qNorm));
    }
    return std::max(sum, 0.0);
}

size_t top(const float * row, size_t n) { return static_cast<size_t>(std::max_element(row, row + n) - row); }

// compareLogits(p: Float32Array, q: Float32Array, vocabulary) -> {kl: Float64Array, sameTop: Uint8Array}, one
// element a row
Napi::Value compareLogits(const Napi::CallbackInfo & info) {
    const auto isFloats = [](const Napi::Value & value) {
        return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_float32_array;
    };
    if (!isFloats(info[0]) || !isFloats(info[1]) || !info[2].IsNumber()) {
        throw Napi::TypeError::New(info.Env(), "two Float32Arrays and the vocabulary's size are expected");
    }
    const auto p = info[0].As<Napi::Float32Array>();
    const auto q = info[1].As<Napi::Float32Array>();
    const auto vocabulary =
        static_cast<size_t>(std::max<int64_t>(info[2].As<Napi::Number>().Int64Value(), 0));
    if (vocabulary == 0 || p.ElementLength() != q.ElementLength() || p.ElementLength() % vocabulary != 0) {
        throw Napi::RangeError::New(info.Env(), "both arrays must hold the same number of whole rows");
    }
    const size_t rows = p.ElementLength() / vocabulary;
    auto kl = Napi::Float64Array::New(info.Env(), rows);
    auto sameTop = Napi::Uint8Array::New(info.Env(), rows);
    for (size_t r = 0; r < rows; ++r) {
        const float * pRow = p.Data() + r * vocabulary;
        const float * qRow = q.Data() + r * vocabulary;
        kl.Data()[r] = divergence(pRow, qRow, vocabulary);
        sameTop.Data()[r] = top(pRow, vocabulary) == top(qRow, vocabulary) ? 1 : 0;
    }
    auto result = Napi::Object::New(info.Env());
    result.Set("kl", kl);
    result.Set("sameTop", sameTop);
    return result;
}

} // namespace

void registerDivergence(Napi::Env env, Napi::Object exports) {
    exports.Set("spCompareLogits", Napi::Function::New(env, compareLogits, "spCompareLogits"));
}

} // namespace sparse_pilot::addon
