#include "arguments.h"

#include <algorithm>
#include <cmath>

namespace sparse_pilot::addon {

AddonContext & contextArgument(const Napi::CallbackInfo & info, size_t index) {
    const Napi::Value value = info[index];
    if (!value.IsObject()) {
        throw Napi::TypeError::New(info.Env(), "a context is expected");
    }
    AddonContext * context = Napi::ObjectWrap<AddonContext>::Unwrap(value.As<Napi::Object>());
    if (context == nullptr || context->disposed || context->ctx == nullptr) {
        throw Napi::Error::New(info.Env(), "the context is disposed");
    }
    return *context;
}

int32_t integerArgument(const Napi::CallbackInfo & info, size_t index, const char * name, int32_t min,
                        int32_t max) {
    const Napi::Value value = info[index];
    const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : NAN;
    if (!(number >= min && number <= max) || number != std::floor(number)) {
        throw Napi::RangeError::New(info.Env(), std::string(name) + " must be a whole number from " +
                                                    std::to_string(min) + " to " + std::to_string(max));
    }
    return static_cast<int32_t>(number);
}

int32_t threadsArgument(const Napi::CallbackInfo & info, size_t index) {
    constexpr int32_t mostOfMachines = 4096;
    constexpr int32_t mostWorking = 64;
    return std::min(integerArgument(info, index, "threads", 1, mostOfMachines), mostWorking);
}

std::string stringArgument(const Napi::CallbackInfo & info, size_t index, const char * name) {
    const Napi::Value value = info[index];
    if (!value.IsString()) {
        throw Napi::TypeError::New(info.Env(), std::string(name) + " must be a string");
    }
    return value.As<Napi::String>().Utf8Value();
}

std::vector<int32_t> tokensArgument(const Napi::CallbackInfo & info, size_t index, AddonContext & context) {
    const Napi::Value value = info[index];
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array) {
        throw Napi::TypeError::New(info.Env(), "tokens must be a Uint32Array");
    }
    const auto array = value.As<Napi::Uint32Array>();
    const llama_vocab * vocab = llama_model_get_vocab(llama_get_model(context.ctx));
    const auto size = static_cast<uint32_t>(llama_vocab_n_tokens(vocab));
    std::vector<int32_t> tokens;
    tokens.reserve(array.ElementLength());
    for (size_t i = 0; i < array.ElementLength(); ++i) {
        if (array[i] >= size) {
            throw Napi::RangeError::New(info.Env(),
                                        "token " + std::to_string(array[i]) + " is not in the vocabulary");
        }
        tokens.push_back(static_cast<int32_t>(array[i]));
    }
    return tokens;
}

} // namespace sparse_pilot::addon
