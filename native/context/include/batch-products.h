#pragma once

#include <cstdint>

struct ggml_context;
struct ggml_tensor;
struct llama_context;

namespace sparse_pilot {

// Who multiplies weights with tokens: upstream's kernels, or ours for one token and short batches
// (sparse/batch/product.h). With ours any number of tokens gives the bits that upstream gives for one at a
// time, and sooner.
enum class Products { upstream, batch };

// The node for w x, or null when upstream's product is to be used: a type or a number of columns without a
// kernel, weights on a GPU. May only be called while a graph is built.
ggml_tensor * buildBatchProduct(ggml_context * ctx0, ggml_tensor * w, ggml_tensor * x);

// Tokens of a pass up to which attention sums each as if it were alone: a check's, not a prompt's.
constexpr int alikeTokens = 64;

// Gives a flash attention node of one token, or of several up to alikeTokens, our kernel where there is one
// (sparse/attention/attention.h), and lets several give the bits of one token at a time.
// That holds for tokens before the next multiple of 256 positions: cells are attended to in steps of 256.
void prepareAttention(ggml_tensor * attention);

// How many such nodes this process has put into graphs; for tests and diagnosis.
uint64_t batchProductsBuilt();

// Tokens of a pass up to which every product asked for so far in this process was, or would have been, one of
// ours: some kernels leave long batches to upstream, whose sums differ. At most alikeTokens.
int batchProductsAlike();

// For a context without a sparse engine: from the next decode on its products are these.
void useProducts(llama_context * ctx, Products products);

} // namespace sparse_pilot
