// Attention by our kernels against upstream's sums, done here one value at a time: the same bits, on every
// instruction set of this machine.
#include "attention/attention.h"
#include "ggml.h"
#include "harness.h"
#include "model.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>

using namespace sparse_pilot;
using namespace model;

namespace {

constexpr float unseen = -std::numeric_limits<float>::infinity();

float half(float value) { return ggml_fp16_to_fp32(ggml_fp32_to_fp16(value)); }

struct Shape {
    int keyWidth, valueWidth, heads, cellHeads, tokens, cells;
};

/** A flash attention node with random contents, laid out as llama.cpp's cache and graph have it. */
struct Node {
    std::unique_ptr<ggml_context, decltype(&ggml_free)> context{ggml_init({size_t{64} << 20, nullptr, false}),
                                                                ggml_free};
    ggml_tensor * node;

    Node(const Shape & s, Random & random, ggml_type cellType = GGML_TYPE_F16, float bias = 0,
         float cap = 0) {
        ggml_context * ctx = context.get();
        const auto tensor = [&](ggml_type type, int width, int heads, int count) {
            ggml_tensor * t = ggml_new_tensor_3d(ctx, type, width, heads, count);
            for (int64_t i = 0; i < ggml_nelements(t); i++) {
                const float value = 2 * random.normal();
                if (type == GGML_TYPE_F32)
                    static_cast<float *>(t->data)[i] = value;
                else
                    static_cast<ggml_fp16_t *>(t->data)[i] = ggml_fp32_to_fp16(value);
            }
            return ggml_permute(ctx, t, 0, 2, 1, 3);
        };
        ggml_tensor * q = tensor(GGML_TYPE_F32, s.keyWidth, s.heads, s.tokens);
        ggml_tensor * k = tensor(cellType, s.keyWidth, s.cellHeads, s.cells);
        ggml_tensor * v = tensor(cellType, s.valueWidth, s.cellHeads, s.cells);
        ggml_tensor * mask = ggml_new_tensor_2d(ctx, GGML_TYPE_F16, s.cells, s.tokens);
        std::memset(mask->data, 0, ggml_nbytes(mask));
        node =
            ggml_flash_attn_ext(ctx, q, k, v, mask, 1 / std::sqrt(static_cast<float>(s.keyWidth)), bias, cap);
        std::fill_n(static_cast<float *>(node->data), ggml_nelements(node), NAN);
    }

    void hide(int token, int64_t cell) {
        ggml_tensor * mask = node->src[3];
        static_cast<ggml_fp16_t *>(mask->data)[token * mask->ne[0] + cell] = ggml_fp32_to_fp16(unseen);
    }
};

template <class T> const T * at(const ggml_tensor * t, int64_t i1, int64_t i2) {
    const auto offset = static_cast<size_t>(i1) * t->nb[1] + static_cast<size_t>(i2) * t->nb[2];
    return reinterpret_cast<const T *>(static_cast<const char *>(t->data) + offset);
}

/** ggml_vec_dot_f16 with registers of so many lanes. */
float dot(const float * x, const ggml_fp16_t * y, int width, int lanes) {
    std::vector<float> sum(static_cast<size_t>(4 * lanes), 0.0f);
    for (int i = 0; i < width; i++) {
        float & own = sum[static_cast<size_t>(i % (4 * lanes))];
        own = std::fma(x[i], ggml_fp16_to_fp32(y[i]), own);
    }
    // registers 0 and 2, 1 and 3, both; then what lies half the lanes apart
    for (int apart = 2 * lanes; apart >= 4; apart /= 2)
        for (int i = 0; i < apart; i++)
            sum[static_cast<size_t>(i)] += sum[static_cast<size_t>(i + apart)];
    return lanes == 16 ? (sum[0] + sum[2]) + (sum[1] + sum[3]) : (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

struct Answer {
    float most = unseen;
    float total = 0;
    std::vector<float> values;
};

Answer reference(const ggml_tensor * node, int row, int64_t first, int64_t last, int lanes) {
    const ggml_tensor * q = node->src[0];
    const ggml_tensor * k = node->src[1];
    const ggml_tensor * v = node->src[2];
    const int token = row % static_cast<int>(q->ne[1]);
    const int64_t head = row / q->ne[1];
    const int64_t cellHead = head / (q->ne[2] / k->ne[2]);
    const int width = static_cast<int>(k->ne[0]);
    float scale;
    std::memcpy(&scale, node->op_params, sizeof(scale));
    std::vector<float> query(static_cast<size_t>(width));
    for (int i = 0; i < width; i++)
        query[static_cast<size_t>(i)] = half(at<float>(q, token, head)[i]);
    Answer a;
    a.values.assign(static_cast<size_t>(v->ne[0]), 0.0f);
    for (int64_t cell = first; cell < last; cell++) {
        const ggml_tensor * mask = node->src[3];
        if (mask != nullptr && ggml_fp16_to_fp32(at<ggml_fp16_t>(mask, token, 0)[cell]) == unseen)
            continue;
        const float score = dot(query.data(), at<ggml_fp16_t>(k, cell, cellHead), width, lanes) * scale;
        float weight = 1;
        float scaling = 1;
        if (score > a.most) {
            scaling = std::exp(a.most - score);
            a.most = score;
        } else {
            weight = std::exp(score - a.most);
        }
        for (size_t i = 0; i < a.values.size(); i++) {
            const float scaled = scaling == 1 ? a.values[i] : half(a.values[i] * scaling);
            const float value = ggml_fp16_to_fp32(at<ggml_fp16_t>(v, cell, cellHead)[i]);
            a.values[i] = half(std::fma(value, weight, scaled));
        }
        a.total = std::fma(a.total, scaling, weight);
    }
    return a;
}

std::vector<AttentionKernels> kernelSets() {
    const AttentionKernels * sets = nullptr;
    const int count = availableAttentionKernels(&sets);
    return {sets, sets + count};
}

int lanesOf(const AttentionKernels & set) { return std::string(set.name) == "avx512" ? 16 : 8; }

bool sameBits(const float * a, const float * b, size_t count) {
    return std::memcmp(a, b, count * sizeof(float)) == 0;
}

/** Whole answers, then partial ones of every split in two, of all rows and of some. */
void checkNode(const AttentionKernels & set, const ggml_tensor * node, const std::string & what) {
    const ggml_tensor * q = node->src[0];
    const int rows = static_cast<int>(q->ne[1] * q->ne[2]);
    const int64_t cells = node->src[1]->ne[1];
    const auto width = static_cast<size_t>(node->ne[0]);
    set.kernel(node, 0, rows, 0, cells, nullptr, 0);
    for (int row = 0; row < rows; row++) {
        Answer a = reference(node, row, 0, cells, lanesOf(set));
        const float share = a.total == 0 ? 0 : 1 / a.total;
        for (float & value : a.values)
            value *= share;
        CHECK_WITH(sameBits(at<float>(node, row / q->ne[1], row % q->ne[1]), a.values.data(), width),
                   what + ", row " + std::to_string(row));
    }
    const int64_t cut = cells / 3;
    const auto stride = static_cast<int64_t>(width) + 5;
    const int from = rows / 3;
    for (const auto & [first, last] : {std::pair{int64_t{0}, cut}, std::pair{cut, cells}}) {
        std::vector<float> partials(static_cast<size_t>(stride * rows), -7.0f);
        set.kernel(node, from, rows, first, last, partials.data(), stride);
        for (int row = 0; row < rows; row++) {
            const float * partial = partials.data() + row * stride;
            const Answer a = reference(node, row, first, last, lanesOf(set));
            const bool own = row >= from;
            const std::vector<float> untouched(width, -7.0f);
            CHECK_WITH(partial[0] == (own ? a.most : -7.0f), what + ", most of row " + std::to_string(row));
            CHECK_WITH(partial[1] == (own ? a.total : -7.0f), what + ", sum of row " + std::to_string(row));
            CHECK_WITH(sameBits(partial + 2, own ? a.values.data() : untouched.data(), width),
                       what + ", values of row " + std::to_string(row));
            CHECK_WITH(partial[width + 2] == -7.0f, what + " writes past row " + std::to_string(row));
        }
    }
}

std::string wordsOf(const AttentionKernels & set, const Shape & s) {
    std::string words = set.name;
    for (const int part : {s.keyWidth, s.valueWidth, s.heads, s.cellHeads, s.tokens, s.cells})
        words += " " + std::to_string(part);
    return words;
}

} // namespace

TEST(everyShapeHasUpstreamsBits) {
    Random random(11);
    for (const AttentionKernels & set : kernelSets())
        for (const Shape & s :
             {Shape{64, 64, 9, 3, 1, 37}, Shape{64, 64, 9, 3, 8, 129}, Shape{128, 128, 8, 8, 1, 16},
              Shape{256, 256, 4, 1, 3, 50}, Shape{192, 128, 6, 2, 2, 33}, Shape{64, 256, 2, 1, 5, 8},
              Shape{128, 64, 12, 2, 4, 1}, Shape{64, 64, 1, 1, 64, 70}}) {
            Node node(s, random);
            checkNode(set, node.node, wordsOf(set, s));
        }
}

TEST(masksHideCells) {
    Random random(12);
    const Shape s{64, 64, 6, 2, 6, 83};
    for (const AttentionKernels & set : kernelSets()) {
        Node node(s, random);
        for (int token = 0; token < s.tokens; token++)
            for (int cell = 0; cell < s.cells; cell++) {
                const bool later = cell > s.cells - s.tokens + token; // a check's: each sees those before
                const bool others = cell >= 32 && cell < 48;          // a whole register of another sequence
                const bool odd = token == 2 && random.uniform() < 0.5f; // here and there
                if (later || others || odd || token == 4)               // one that sees nothing
                    node.hide(token, cell);
            }
        checkNode(set, node.node, wordsOf(set, s) + " masked");
    }
}

TEST(scoresOfAnySizeAreWeighed) {
    Random random(13);
    const Shape s{64, 64, 3, 1, 2, 200};
    for (const AttentionKernels & set : kernelSets())
        for (const float size : {0.0f, 1e-6f, 30.0f, 3000.0f}) { // all alike ... most weights underflow
            Node node(s, random);
            ggml_tensor * q = node.node->src[0];
            for (int64_t i = 0; i < ggml_nelements(q); i++)
                static_cast<float *>(q->data)[i] *= size;
            checkNode(set, node.node, wordsOf(set, s) + " times " + std::to_string(size));
        }
}

TEST(growingScoresScaleTheSumsEachTime) {
    Random random(14);
    const Shape s{64, 64, 2, 2, 1, 40};
    for (const AttentionKernels & set : kernelSets()) {
        Node node(s, random);
        auto * query = static_cast<float *>(node.node->src[0]->data);
        auto * keys = static_cast<ggml_fp16_t *>(node.node->src[1]->data);
        std::fill_n(query, 2 * 64, 1.0f);
        for (int cell = 0; cell < s.cells; cell++)
            std::fill_n(keys + cell * 2 * 64, 2 * 64, ggml_fp32_to_fp16(0.01f * static_cast<float>(cell)));
        checkNode(set, node.node, wordsOf(set, s) + " growing");
    }
}

TEST(whatNoKernelKnowsIsUpstreams) {
    Random random(15);
    const Shape s{64, 64, 2, 1, 2, 16};
    if (kernelSets().empty())
        return;
    CHECK(attentionKernel(Node(s, random).node) == kernelSets().front().kernel);
    CHECK(attentionKernel(Node(s, random, GGML_TYPE_F16, 8).node) == nullptr);     // bias by position
    CHECK(attentionKernel(Node(s, random, GGML_TYPE_F16, 0, 30).node) == nullptr); // capped logits
    CHECK(attentionKernel(Node(s, random, GGML_TYPE_F32).node) == nullptr);
    CHECK(attentionKernel(Node({80, 80, 2, 1, 2, 16}, random).node) == nullptr);
    CHECK(attentionKernel(Node({512, 512, 2, 1, 2, 16}, random).node) == nullptr);
    Node sinks(s, random);
    ggml_flash_attn_ext_add_sinks(sinks.node,
                                  ggml_new_tensor_1d(sinks.context.get(), GGML_TYPE_F32, s.heads));
    CHECK(attentionKernel(sinks.node) == nullptr);
}

TEST_MAIN
