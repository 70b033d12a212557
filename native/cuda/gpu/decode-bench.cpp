// Decode of a model's weights on a GPU, dense (stock kernels) against sparse (ours), in one process,
// interleaved, inside CUDA graphs. Weights are random; a layer is the four attention products and the FFN,
// behind a norm; the KV cache is left out, so the ratios are those of a short context. Prints JSON lines;
// `check.sh` makes the table.
//
//   decode-bench [--backend FOLDER] [--shape 1.5B|8B] [--type q4_K|q8_0|f16] [--layers N] [--runs N]
//   decode-bench [--backend FOLDER] [--shape ...] [--type ...] [--layers N] --dump FILE
//
// FOLDER holds the libggml-cuda.so to load (default: beside this program). With --dump only one dense step
// runs, and its result's bytes go to FILE: a stock backend does that too.

#include "cuda-policy.h"
#include "sparse-pilot-cuda.h"
#include "sparse-pilot.h"

#include "ggml-alloc.h"
#include "ggml-backend.h"
#include "ggml.h"

#include <cuda_runtime.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace {

struct Shape {
    const char * name;
    int d, f, kv, layers, vocabulary;
};
constexpr Shape kShapes[] = {{"1.5B", 1536, 8960, 256, 28, 151936}, {"8B", 4096, 14336, 1024, 32, 128256}};

struct LayerTensors {
    ggml_tensor *q, *k, *v, *o, *gate, *up, *down;
};

enum class Parts { Ffn, Whole };

double now_us() {
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

[[noreturn]] void fail(const std::string & message) {
    std::fprintf(stderr, "decode-bench: %s\n", message.c_str());
    std::exit(1);
}

void never_on_cpu(ggml_tensor *, int, int, void *) { fail("a sparse node came to the CPU"); }

/// The weights of one model in the CUDA backend's memory.
class Model {
  public:
    Model(ggml_backend_t backend, const Shape & shape, ggml_type type, int layers) : shape_(shape) {
        ggml_init_params params = {ggml_tensor_overhead() * static_cast<size_t>(layers * 8 + 8), nullptr,
                                   true};
        context_ = ggml_init(params);
        const auto matrix = [&](int columns, int rows) {
            return ggml_new_tensor_2d(context_, type, columns, rows);
        };
        for (int i = 0; i < layers; ++i) {
            layers_.push_back({matrix(shape.d, shape.d), matrix(shape.d, shape.kv), matrix(shape.d, shape.kv),
                               matrix(shape.d, shape.d), matrix(shape.d, shape.f), matrix(shape.d, shape.f),
                               matrix(shape.f, shape.d)});
        }
        head_ = matrix(shape.d, shape.vocabulary);
        input_ = ggml_new_tensor_1d(context_, GGML_TYPE_F32, shape.d);
        buffer_ = ggml_backend_alloc_ctx_tensors(context_, backend);
        if (!buffer_) {
            fail("not enough GPU memory");
        }
        fill();
    }
    ~Model() {
        ggml_backend_buffer_free(buffer_);
        ggml_free(context_);
    }
    Model(const Model &) = delete;
    Model & operator=(const Model &) = delete;

    const std::vector<LayerTensors> & layers() const { return layers_; }
    ggml_tensor * head() const { return head_; }
    ggml_tensor * input() const { return input_; }
    const Shape & shape() const { return shape_; }

  private:
    void fill() {
        std::mt19937 random(7);
        std::normal_distribution<float> normal;
        for (ggml_tensor * t = ggml_get_first_tensor(context_); t; t = ggml_get_next_tensor(context_, t)) {
            // a block of random rows, repeated: quantising gigabytes of random numbers would take minutes
            const int64_t rows = std::min<int64_t>(ggml_nrows(t), 64);
            std::vector<float> values(static_cast<size_t>(rows * t->ne[0]));
            const float deviation = t == input_ ? 1.0f : 1.0f / std::sqrt(static_cast<float>(t->ne[0]));
            for (float & value : values) {
                value = deviation * normal(random);
            }
            std::vector<uint8_t> bytes(ggml_row_size(t->type, t->ne[0]) * static_cast<size_t>(rows));
            ggml_quantize_chunk(t->type, values.data(), bytes.data(), 0, rows, t->ne[0], nullptr);
            for (size_t at = 0; at < ggml_nbytes(t); at += bytes.size()) {
                ggml_backend_tensor_set(t, bytes.data(), at, std::min(bytes.size(), ggml_nbytes(t) - at));
            }
        }
    }

    Shape shape_;
    ggml_context * context_ = nullptr;
    ggml_backend_buffer_t buffer_ = nullptr;
    std::vector<LayerTensors> layers_;
    ggml_tensor * head_ = nullptr;
    ggml_tensor * input_ = nullptr;
};

/// A graph of one decode step; sparse when nodes are given.
class Step {
  public:
    Step(ggml_backend_t backend, const Model & model, Parts parts, std::vector<sp_cuda_node> * nodes)
        : backend_(backend) {
        ggml_init_params params = {ggml_tensor_overhead() * 8192 + ggml_graph_overhead_custom(8192, false),
                                   nullptr, true};
        context_ = ggml_init(params);
        graph_ = ggml_new_graph_custom(context_, 8192, false);
        ggml_tensor * x = model.input();
        for (size_t i = 0; i < model.layers().size(); ++i) {
            const LayerTensors & layer = model.layers()[i];
            if (parts == Parts::Whole) {
                ggml_tensor * n = ggml_rms_norm(context_, x, 1e-5f);
                ggml_tensor * q = ggml_mul_mat(context_, layer.q, n);
                ggml_build_forward_expand(graph_, ggml_mul_mat(context_, layer.k, n));
                ggml_build_forward_expand(graph_, ggml_mul_mat(context_, layer.v, n));
                x = ggml_add(context_, x, ggml_mul_mat(context_, layer.o, q));
            }
            ggml_tensor * n = ggml_rms_norm(context_, x, 1e-5f);
            x = ggml_add(context_, x, nodes ? sparse_ffn(n, (*nodes)[i]) : dense_ffn(n, layer));
        }
        result_ = parts == Parts::Whole
                      ? ggml_mul_mat(context_, model.head(), ggml_rms_norm(context_, x, 1e-5f))
                      : x;
        ggml_build_forward_expand(graph_, result_);
        allocator_ = ggml_gallocr_new(ggml_backend_get_default_buffer_type(backend));
        if (!ggml_gallocr_alloc_graph(allocator_, graph_)) {
            fail("the graph does not fit");
        }
    }
    ~Step() {
        ggml_gallocr_free(allocator_);
        ggml_free(context_);
    }
    Step(const Step &) = delete;
    Step & operator=(const Step &) = delete;

    double run_us() {
        const double start = now_us();
        if (ggml_backend_graph_compute(backend_, graph_) != GGML_STATUS_SUCCESS) {
            fail("a decode step failed");
        }
        return now_us() - start;
    }

    std::vector<float> result() const {
        std::vector<float> values(static_cast<size_t>(ggml_nelements(result_)));
        ggml_backend_tensor_get(result_, values.data(), 0, ggml_nbytes(result_));
        return values;
    }

  private:
    ggml_tensor * dense_ffn(ggml_tensor * n, const LayerTensors & layer) {
        ggml_tensor * up = ggml_mul_mat(context_, layer.up, n);
        ggml_tensor * gate = ggml_mul_mat(context_, layer.gate, n);
        return ggml_mul_mat(context_, layer.down, ggml_swiglu_split(context_, gate, up));
    }
    ggml_tensor * sparse_ffn(ggml_tensor * n, sp_cuda_node & node) {
        return ggml_custom_4d(context_, GGML_TYPE_F32, n->ne[0], 1, 1, 1, &n, 1, never_on_cpu, 1, &node);
    }

    ggml_backend_t backend_;
    ggml_context * context_ = nullptr;
    ggml_cgraph * graph_ = nullptr;
    ggml_gallocr_t allocator_ = nullptr;
    ggml_tensor * result_ = nullptr;
};

double copy_bandwidth() {
    constexpr size_t kBytes = size_t{1} << 30;
    void *from = nullptr, *to = nullptr;
    if (cudaMalloc(&from, kBytes) != cudaSuccess || cudaMalloc(&to, kBytes) != cudaSuccess) {
        fail("no memory for the copy measurement");
    }
    std::vector<double> times;
    for (int i = 0; i < 12; ++i) {
        const double start = now_us();
        cudaMemcpy(to, from, kBytes, cudaMemcpyDeviceToDevice);
        cudaDeviceSynchronize();
        times.push_back(now_us() - start);
    }
    cudaFree(from);
    cudaFree(to);
    return 2.0 * static_cast<double>(kBytes) / (median(times) * 1e-6);
}

/// One sparse layer object for each layer of a model.
class SparseLayers {
  public:
    SparseLayers(const sp_cuda_api & api, const Model & model) : api_(api) {
        const auto matrix = [](const ggml_tensor * t) {
            return sp_cuda_matrix{t->type, t->data, t->ne[0], t->ne[1]};
        };
        for (const LayerTensors & t : model.layers()) {
            const sp_cuda_ffn ffn = {matrix(t.gate), matrix(t.up), matrix(t.down), nullptr,
                                     nullptr,        nullptr,      SP_ACT_SILU};
            char why[256] = "";
            sp_cuda_layer * layer = api_.create(&ffn, why, sizeof why);
            if (!layer) {
                fail(why);
            }
            thresholds.push_back({SP_CUDA_NODE_MAGIC, layer});
            held.push_back({SP_CUDA_NODE_MAGIC, layer});
        }
    }
    ~SparseLayers() {
        for (const sp_cuda_node & node : thresholds) {
            api_.free(node.layer);
        }
    }
    SparseLayers(const SparseLayers &) = delete;
    SparseLayers & operator=(const SparseLayers &) = delete;

    void threshold(size_t layer, float value) {
        configure(layer, {SP_CATS, value, 0, nullptr, nullptr, 0, 0.5f});
    }
    void hold(double density, int neurons) {
        std::mt19937 random(3);
        std::bernoulli_distribution coin(density);
        for (size_t i = 0; i < thresholds.size(); ++i) {
            std::vector<int32_t> ids;
            for (int32_t j = 0; j < neurons; ++j) {
                if (coin(random)) {
                    ids.push_back(j);
                }
            }
            configure(i, {SP_GRIFFIN, 0.0f, 0, nullptr, ids.data(), static_cast<int>(ids.size()),
                          static_cast<float>(density)});
        }
    }
    /// Finds, layer by layer, the threshold that keeps `density` on this input; `run` makes one pass.
    void calibrate(double density, const std::function<void()> & run) {
        for (size_t i = 0; i < thresholds.size(); ++i) {
            float low = 0.0f, high = 8.0f;
            for (int step = 0; step < 20; ++step) {
                const float middle = (low + high) / 2.0f;
                threshold(i, middle);
                run();
                const sp_cuda_counts counts = api_.counts(thresholds[i].layer);
                (static_cast<double>(counts.kept) / counts.neurons > density ? low : high) = middle;
            }
            threshold(i, high);
        }
    }
    double mean_density() {
        double sum = 0.0;
        for (const sp_cuda_node & node : thresholds) {
            const sp_cuda_counts counts = api_.counts(node.layer);
            sum += static_cast<double>(counts.kept) / counts.neurons;
        }
        return sum / static_cast<double>(thresholds.size());
    }

    /// The same layers under two addresses: a CUDA graph captured with one form must not serve the other.
    std::vector<sp_cuda_node> thresholds, held;

  private:
    void configure(size_t layer, const sp_decision & decision) {
        char why[256] = "";
        if (!api_.configure(thresholds[layer].layer, &decision, why, sizeof why)) {
            fail(why);
        }
    }
    const sp_cuda_api & api_;
};

struct Ratio {
    double dense_us, sparse_us, ratio, low, high;
};

Ratio compare(Step & dense, Step & sparse, int runs) {
    for (int i = 0; i < 3; ++i) { // the first runs record the CUDA graphs
        dense.run_us();
        sparse.run_us();
    }
    std::vector<double> dense_times, sparse_times, ratios;
    for (int i = 0; i < runs; ++i) {
        dense_times.push_back(dense.run_us());
        sparse_times.push_back(sparse.run_us());
        ratios.push_back(dense_times.back() / sparse_times.back());
    }
    std::sort(ratios.begin(), ratios.end());
    return {median(dense_times), median(sparse_times), median(ratios), ratios[ratios.size() / 4],
            ratios[ratios.size() * 3 / 4]};
}

double error_of(const std::vector<float> & a, const std::vector<float> & b) {
    double difference = 0.0, norm = 0.0;
    for (size_t i = 0; i < a.size(); ++i) {
        difference += (a[i] - b[i]) * (a[i] - b[i]);
        norm += b[i] * b[i];
    }
    return std::sqrt(difference / norm);
}

struct Options {
    const Shape * shape = &kShapes[1];
    ggml_type type = GGML_TYPE_Q4_K;
    int layers = 0; // 0: the shape's own
    int runs = 41;
    std::string backend; // folder
    std::string dump;    // file
};

ggml_type type_named(const std::string & name) {
    for (const ggml_type type :
         {GGML_TYPE_Q4_K, GGML_TYPE_Q8_0, GGML_TYPE_F16, GGML_TYPE_Q4_0, GGML_TYPE_Q6_K, GGML_TYPE_BF16}) {
        if (name == ggml_type_name(type)) {
            return type;
        }
    }
    fail("unknown type " + name);
}

Options options_of(int argc, char ** argv) {
    Options options;
    for (int i = 1; i < argc; i += 2) {
        const std::string name = argv[i];
        if (i + 1 == argc) {
            fail("no value for " + name);
        }
        const std::string value = argv[i + 1];
        if (name == "--shape" && (value == "1.5B" || value == "8B")) {
            options.shape = value == "1.5B" ? &kShapes[0] : &kShapes[1];
        } else if (name == "--type") {
            options.type = type_named(value);
        } else if (name == "--layers") {
            options.layers = std::atoi(value.c_str());
        } else if (name == "--runs") {
            options.runs = std::max(1, std::atoi(value.c_str()));
        } else if (name == "--backend") {
            options.backend = value;
        } else if (name == "--dump") {
            options.dump = value;
        } else {
            fail("unknown option " + name + " " + value);
        }
    }
    return options;
}

/// One dense step's result, byte for byte, for a comparison with another backend.
void dump(ggml_backend_t backend, const Model & model, const std::string & path) {
    Step dense(backend, model, Parts::Whole, nullptr);
    for (int i = 0; i < 3; ++i) { // the last ones out of a CUDA graph
        dense.run_us();
    }
    const std::vector<float> values = dense.result();
    std::FILE * file = std::fopen(path.c_str(), "wb");
    if (!file || std::fwrite(values.data(), sizeof(float), values.size(), file) != values.size() ||
        std::fclose(file) != 0) {
        fail("cannot write " + path);
    }
}

/// What a step reads per FFN; `whole` adds attention and a layer's share of the head.
sp::cuda::FfnBytes bytes_of(const Model & model, ggml_type type, bool whole) {
    const LayerTensors & t = model.layers()[0];
    const auto size = [](const ggml_tensor * tensor) { return static_cast<double>(ggml_nbytes(tensor)); };
    const double attention = size(t.q) + size(t.k) + size(t.v) + size(t.o);
    const double head = size(model.head()) / static_cast<double>(model.layers().size());
    const double scale_share = type == GGML_TYPE_F16 || type == GGML_TYPE_BF16 ? 0.0
                               : type == GGML_TYPE_Q8_0                        ? 2.0 / 34
                               : type == GGML_TYPE_Q4_K                        ? 16.0 / 144
                               : type == GGML_TYPE_Q4_0                        ? 2.0 / 18
                                                                               : 18.0 / 210;
    return {size(t.gate), size(t.up), size(t.down), scale_share, whole ? attention + head : 0.0};
}

void measure(ggml_backend_t backend, const Model & model, SparseLayers & sparse, const Options & options,
             double bandwidth, Parts parts) {
    using namespace sp::cuda;
    const auto layers = static_cast<double>(model.layers().size());
    const FfnBytes bytes = bytes_of(model, options.type, parts == Parts::Whole);
    Step dense(backend, model, parts, nullptr);
    Step by_threshold(backend, model, parts, &sparse.thresholds);
    Step by_list(backend, model, parts, &sparse.held);
    for (size_t i = 0; i < sparse.thresholds.size(); ++i) {
        sparse.threshold(i, 0.0f);
    }
    dense.run_us();
    by_threshold.run_us();
    const double full_error = error_of(by_threshold.result(), dense.result());
    for (const Form form : {Form::Threshold, Form::Held}) {
        Step & step = form == Form::Held ? by_list : by_threshold;
        for (const double density : {0.7, 0.5, 0.3}) {
            if (form == Form::Held) {
                sparse.hold(density, model.shape().f);
            } else {
                sparse.calibrate(density, [&] { step.run_us(); });
            }
            const Ratio ratio = compare(dense, step, options.runs);
            const double kept = sparse.mean_density();
            const double read = bytes_read(form, bytes, kept) * layers;
            const auto predicted = [&](double at, double extra_seconds) {
                return predicted_speedup(form, bytes, kept, at, 0.85, extra_seconds);
            };
            std::printf(
                "{\"part\":\"%s\",\"form\":\"%s\",\"density\":%.3f,\"denseUs\":%.1f,\"sparseUs\":%.1f,"
                "\"denseUsPerLayer\":%.2f,\"usPerLayer\":%.2f,\"ratio\":%.3f,\"low\":%.3f,\"high\":%.3f,"
                "\"ffnBandwidthShare\":%.3f,\"errorAtFullDensity\":%.2e,"
                "\"predictedHere\":%.3f,\"predicted1TBps\":%.3f,\"predicted272GBps\":%.3f}\n",
                parts == Parts::Ffn ? "ffn" : "whole", form == Form::Held ? "held" : "threshold", kept,
                ratio.dense_us, ratio.sparse_us, ratio.dense_us / layers, ratio.sparse_us / layers,
                ratio.ratio, ratio.low, ratio.high,
                parts == Parts::Ffn ? read / (ratio.sparse_us * 1e-6) / bandwidth : 0.0, full_error,
                predicted(bandwidth, 4e-6), predicted(1e12, 4e-6), predicted(272e9, 4e-6));
            std::fflush(stdout);
        }
    }
}

} // namespace

int main(int argc, char ** argv) {
    const Options options = options_of(argc, argv);
    if (options.backend.empty()) {
        ggml_backend_load_all();
    } else {
        ggml_backend_load_all_from_path(options.backend.c_str());
    }
    ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_GPU);
    if (!device) {
        fail("no usable GPU");
    }
    const ggml_backend_t backend = ggml_backend_dev_init(device, nullptr);
    const int count = options.layers > 0 ? options.layers : options.shape->layers;
    const double bandwidth = options.dump.empty() ? copy_bandwidth() : 0.0;
    const Model model(backend, *options.shape, options.type, count);
    if (!options.dump.empty()) {
        dump(backend, model, options.dump);
        return 0;
    }
    void * get =
        ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device), "sparse_pilot_cuda_api");
    if (!get) {
        fail("this CUDA backend was built without the sparse kernels");
    }
    const sp_cuda_api * api = reinterpret_cast<const sp_cuda_api * (*)()>(get)();
    SparseLayers sparse(*api, model);
    std::printf("{\"device\":\"%s\",\"copyGBps\":%.0f,\"shape\":\"%s\",\"type\":\"%s\",\"layers\":%d,"
                "\"extraBytesPerLayer\":%zu}\n",
                ggml_backend_dev_description(device), bandwidth / 1e9, options.shape->name,
                ggml_type_name(options.type), count, api->extra_bytes(sparse.thresholds[0].layer));
    measure(backend, model, sparse, options, bandwidth, Parts::Ffn);
    measure(backend, model, sparse, options, bandwidth, Parts::Whole);
    return 0;
}
