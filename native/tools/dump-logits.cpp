// dump-logits MODEL OUT PROMPT_TOKENS DECODE_TOKENS: evaluates a fixed prompt in one batch, then decodes
// greedily one token at a time, and writes the logits of every one of those passes as raw 32-bit floats. The
// same program is linked against our llama.cpp and against the unpatched one; the two files have to be equal
// byte for byte.
#include "ggml-backend.h"
#include "llama.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

namespace {

constexpr int threads = 2;

struct FileCloser {
    void operator()(std::FILE * file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

[[noreturn]] void fail(const char * message) {
    std::fprintf(stderr, "dump-logits: %s\n", message);
    std::exit(1);
}

// Token ids that are the same in every run, spread over the vocabulary.
std::vector<llama_token> promptTokens(int count, int vocabulary) {
    std::vector<llama_token> tokens;
    uint32_t state = 12345;
    for (int i = 0; i < count; ++i) {
        state = state * 1664525u + 1013904223u;
        tokens.push_back(static_cast<llama_token>((state >> 8) % static_cast<uint32_t>(vocabulary)));
    }
    return tokens;
}

} // namespace

int main(int argc, char ** argv) {
    if (argc != 5) {
        fail("usage: dump-logits MODEL OUT PROMPT_TOKENS DECODE_TOKENS");
    }
    const int promptCount = std::atoi(argv[3]);
    const int decodeCount = std::atoi(argv[4]);
    llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
    ggml_backend_load_all();
    llama_model_params modelParams = llama_model_default_params();
    modelParams.n_gpu_layers = 0;
    const std::unique_ptr<llama_model, decltype(&llama_model_free)> model(
        llama_model_load_from_file(argv[1], modelParams), llama_model_free);
    if (!model) {
        fail("cannot load the model");
    }
    llama_context_params contextParams = llama_context_default_params();
    contextParams.n_ctx = static_cast<uint32_t>(promptCount + decodeCount + 8);
    contextParams.n_threads = threads;
    contextParams.n_threads_batch = threads;
    const std::unique_ptr<llama_context, decltype(&llama_free)> ctx(
        llama_init_from_model(model.get(), contextParams), llama_free);
    const File out(std::fopen(argv[2], "wb"));
    if (!ctx || !out) {
        fail("cannot make the context or the output file");
    }
    const int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model.get()));
    std::vector<llama_token> tokens = promptTokens(promptCount, vocabulary);
    llama_batch batch = llama_batch_get_one(tokens.data(), promptCount);
    for (int pass = 0; pass <= decodeCount; ++pass) {
        if (llama_decode(ctx.get(), batch) != 0) {
            fail("decoding failed");
        }
        const float * row = llama_get_logits_ith(ctx.get(), -1);
        if (std::fwrite(row, sizeof(float), static_cast<size_t>(vocabulary), out.get()) !=
            static_cast<size_t>(vocabulary)) {
            fail("cannot write");
        }
        tokens[0] = static_cast<llama_token>(std::max_element(row, row + vocabulary) - row);
        batch = llama_batch_get_one(tokens.data(), 1);
    }
    return 0;
}
