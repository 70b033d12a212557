// make-random-gguf VOCABULARY.gguf OUT.gguf SHAPE TYPE: a llama-architecture model with random weights, for
// speed work. SHAPE is one of the names below, TYPE a ggml type (Q8_0, Q4_0, Q4_K, F16, ...); the tokenizer
// is copied from VOCABULARY. Norms are F32, the output projection is the token embedding. Rows are drawn from
// a pool of quantised rows, so that large models take seconds.
#include "ggml.h"
#include "gguf.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

struct Shape {
    const char * name;
    int64_t width, hidden, layers, heads, kvHeads;
};

constexpr std::array<Shape, 4> shapes = {{
    {"tiny", 256, 1024, 4, 4, 2},
    {"0.5B", 896, 4864, 24, 14, 2},
    {"1.5B", 1536, 8960, 28, 12, 2},
    {"8B", 4096, 14336, 32, 32, 8},
}};

constexpr int64_t poolRows = 1024;

[[noreturn]] void fail(const std::string & message) {
    std::fprintf(stderr, "make-random-gguf: %s\n", message.c_str());
    std::exit(1);
}

const Shape & shapeOf(const std::string & name) {
    for (const Shape & shape : shapes) {
        if (name == shape.name) {
            return shape;
        }
    }
    fail("unknown shape " + name);
}

ggml_type typeOf(const std::string & name) {
    for (int i = 0; i < GGML_TYPE_COUNT; ++i) {
        const auto type = static_cast<ggml_type>(i);
        const char * known = ggml_type_name(type);
        if (known != nullptr &&
            std::equal(name.begin(), name.end(), known, known + std::string(known).size(),
                       [](char a, char b) { return std::tolower(a) == std::tolower(b); })) {
            return type;
        }
    }
    fail("unknown type " + name);
}

// Quantised rows of one width with entries of standard deviation 1 / sqrt(width).
class RowPool {
  public:
    RowPool(int64_t width, ggml_type type, uint32_t seed) : bytes_(ggml_row_size(type, width)) {
        std::mt19937 random(seed);
        std::normal_distribution<float> normal(0.0f, 1.0f / std::sqrt(static_cast<float>(width)));
        std::vector<float> values(static_cast<size_t>(width * poolRows));
        for (float & value : values) {
            value = normal(random);
        }
        data_.resize(bytes_ * poolRows);
        ggml_quantize_chunk(type, values.data(), data_.data(), 0, poolRows, width, nullptr);
    }
    size_t rowBytes() const { return bytes_; }
    const uint8_t * row(uint64_t index) const { return data_.data() + index % poolRows * bytes_; }

  private:
    size_t bytes_;
    std::vector<uint8_t> data_;
};

struct Deleter {
    void operator()(gguf_context * ctx) const { gguf_free(ctx); }
    void operator()(ggml_context * ctx) const { ggml_free(ctx); }
    void operator()(std::FILE * file) const { std::fclose(file); }
};

class Model {
  public:
    Model(const char * vocabulary, const Shape & shape, ggml_type type) : shape_(shape), type_(type) {
        const gguf_init_params read = {true, nullptr};
        const std::unique_ptr<gguf_context, Deleter> source(gguf_init_from_file(vocabulary, read));
        if (!source) {
            fail("cannot read the vocabulary");
        }
        const int64_t tokens = gguf_find_key(source.get(), "tokenizer.ggml.tokens");
        if (tokens < 0) {
            fail("the vocabulary file has no tokenizer");
        }
        vocabulary_ = static_cast<int64_t>(gguf_get_arr_n(source.get(), tokens));
        gguf_set_kv(gguf_.get(), source.get());
        setKeys();
        addTensors();
    }

    void write(const char * path) {
        if (!gguf_write_to_file(gguf_.get(), path, true)) {
            fail("cannot write the header");
        }
        const std::unique_ptr<std::FILE, Deleter> file(std::fopen(path, "ab"));
        if (!file) {
            fail("cannot open the output");
        }
        const RowPool narrow(shape_.width, type_, 1);
        const RowPool wide(shape_.hidden, type_, 2);
        uint64_t seed = 1;
        for (ggml_tensor * tensor = ggml_get_first_tensor(tensors_.get()); tensor != nullptr;
             tensor = ggml_get_next_tensor(tensors_.get(), tensor)) {
            writeTensor(file.get(), *tensor, tensor->ne[0] == shape_.hidden ? wide : narrow, seed);
            seed = seed * 6364136223846793005ull + 1442695040888963407ull;
        }
    }

  private:
    void setKeys() {
        const auto set = [this](const char * key, int64_t value) {
            gguf_set_val_u32(gguf_.get(), key, static_cast<uint32_t>(value));
        };
        gguf_set_val_str(gguf_.get(), "general.architecture", "llama");
        gguf_set_val_str(gguf_.get(), "general.name", (std::string("random ") + shape_.name).c_str());
        set("llama.vocab_size", vocabulary_);
        set("llama.context_length", 8192);
        set("llama.embedding_length", shape_.width);
        set("llama.block_count", shape_.layers);
        set("llama.feed_forward_length", shape_.hidden);
        set("llama.attention.head_count", shape_.heads);
        set("llama.attention.head_count_kv", shape_.kvHeads);
        set("llama.rope.dimension_count", shape_.width / shape_.heads);
        gguf_set_val_f32(gguf_.get(), "llama.attention.layer_norm_rms_epsilon", 1e-5f);
    }

    void add(const std::string & name, int64_t ne0, int64_t ne1) {
        ggml_tensor * tensor = ne1 == 1 ? ggml_new_tensor_1d(tensors_.get(), GGML_TYPE_F32, ne0)
                                        : ggml_new_tensor_2d(tensors_.get(), type_, ne0, ne1);
        ggml_set_name(tensor, name.c_str());
        gguf_add_tensor(gguf_.get(), tensor);
    }

    void addTensors() {
        const int64_t d = shape_.width;
        const int64_t kv = d / shape_.heads * shape_.kvHeads;
        add("token_embd.weight", d, vocabulary_);
        add("output_norm.weight", d, 1);
        for (int64_t i = 0; i < shape_.layers; ++i) {
            const std::string layer = "blk." + std::to_string(i) + ".";
            add(layer + "attn_norm.weight", d, 1);
            add(layer + "attn_q.weight", d, d);
            add(layer + "attn_k.weight", d, kv);
            add(layer + "attn_v.weight", d, kv);
            add(layer + "attn_output.weight", d, d);
            add(layer + "ffn_norm.weight", d, 1);
            add(layer + "ffn_gate.weight", d, shape_.hidden);
            add(layer + "ffn_up.weight", d, shape_.hidden);
            add(layer + "ffn_down.weight", shape_.hidden, d);
        }
    }

    void writeTensor(std::FILE * file, const ggml_tensor & tensor, const RowPool & pool, uint64_t seed) {
        const size_t bytes = ggml_nbytes(&tensor);
        std::vector<uint8_t> data(GGML_PAD(bytes, gguf_get_alignment(gguf_.get())));
        if (tensor.type == GGML_TYPE_F32) {
            std::fill_n(reinterpret_cast<float *>(data.data()), tensor.ne[0], 1.0f);
        } else {
            for (int64_t row = 0; row < tensor.ne[1]; ++row) {
                const uint64_t index = (seed + static_cast<uint64_t>(row) * 0x9e3779b97f4a7c15ull) >> 40;
                std::copy_n(pool.row(index), pool.rowBytes(),
                            data.data() + static_cast<size_t>(row) * pool.rowBytes());
            }
        }
        if (std::fwrite(data.data(), 1, data.size(), file) != data.size()) {
            fail("cannot write: is the disk full?");
        }
    }

    const Shape & shape_;
    ggml_type type_;
    int64_t vocabulary_ = 0;
    std::unique_ptr<gguf_context, Deleter> gguf_{gguf_init_empty()};
    std::unique_ptr<ggml_context, Deleter> tensors_{
        ggml_init({ggml_tensor_overhead() * 1024, nullptr, true})};
};

} // namespace

int main(int argc, char ** argv) {
    if (argc != 5) {
        fail("usage: make-random-gguf VOCABULARY.gguf OUT.gguf SHAPE TYPE");
    }
    const Shape & shape = shapeOf(argv[3]);
    const ggml_type type = typeOf(argv[4]);
    if (ggml_is_quantized(type) &&
        (shape.width % ggml_blck_size(type) != 0 || shape.hidden % ggml_blck_size(type) != 0)) {
        fail("the shape's widths are no multiples of the type's block");
    }
    Model(argv[1], shape, type).write(argv[2]);
    return 0;
}
