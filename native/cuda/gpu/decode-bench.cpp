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
#include "decode/model.h"
#include "decode/sparse-inputs.h"
#include "decode/sparse-layers.h"
#include "decode/step.h"
#include "scale-share.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

using namespace bench;

namespace {

struct Ratio {
    double dense_us, sparse_us, ratio, low, high;
};

/// `between` is what the engine does after a sparse step: it is part of what that step costs.
Ratio compare(Step & dense, Step & sparse, int runs, const std::function<void()> & between) {
    for (int i = 0; i < 3; ++i) { // the first runs record the CUDA graphs
        dense.run_us();
        sparse.run_us();
    }
    std::vector<double> dense_times, sparse_times, ratios;
    for (int i = 0; i < runs; ++i) {
        dense_times.push_back(dense.run_us());
        sparse_times.push_back(elapsed_us([&] {
            sparse.run_us();
            between();
        }));
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
    const Shape * shape = &shape_named("8B");
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
        if (name == "--shape") {
            options.shape = &shape_named(value);
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
    Step dense(backend, model, Parts::Whole, {});
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

using sp::cuda::LayerBytes;
using sp::cuda::Skips;

/// What a step reads per layer; `whole` adds attention and a layer's share of the head.
LayerBytes bytes_of(const Model & model, ggml_type type, bool whole) {
    const LayerTensors & t = model.layers()[0];
    const auto size = [](const ggml_tensor * tensor) { return static_cast<double>(ggml_nbytes(tensor)); };
    const double attention = size(t.q) + size(t.k) + size(t.v) + size(t.o);
    const double head = size(model.head()) / static_cast<double>(model.layers().size());
    return {size(t.gate),      size(t.up),        size(t.down), whole ? attention : 0.0,
            scale_share(type), whole ? head : 0.0};
}

struct Measured {
    const char * form;
    double density; // kept
    Ratio ratio;
    Skips skips; // whose bytes the prediction counts
};

class Bench {
  public:
    Bench(ggml_backend_t backend, const Model & model, const Options & options, double bandwidth)
        : backend_(backend), model_(model), options_(options), bandwidth_(bandwidth) {}

    void measure(Parts parts, SparseLayers & layers) {
        const LayerBytes bytes = bytes_of(model_, options_.type, parts == Parts::Whole);
        Step dense(backend_, model_, parts, {});
        dense.run_us();
        measure_threshold(parts, bytes, dense, layers);
        measure_held(parts, bytes, dense, layers);
    }

    void measure(Parts parts, SparseInputs & inputs) {
        const LayerBytes bytes = bytes_of(model_, options_.type, parts == Parts::Whole);
        Step dense(backend_, model_, parts, {});
        dense.run_us();
        Step learning(backend_, model_, parts, {nullptr, &inputs.learning});
        Step sparse(backend_, model_, parts, {nullptr, &inputs.thresholds});
        inputs.calibrate(1.0, [&] { learning.run_us(); });
        sparse.run_us();
        const double error = error_of(sparse.result(), dense.result());
        for (const double density : {0.7, 0.5, 0.3}) {
            inputs.calibrate(density, [&] { learning.run_us(); });
            const Ratio ratio = compare(dense, sparse, options_.runs, [&] { inputs.follow(density); });
            print(parts, bytes, {"inputs", inputs.mean_density(), ratio, Skips::Inputs}, error);
        }
    }

  private:
    void measure_threshold(Parts parts, const LayerBytes & bytes, Step & dense, SparseLayers & layers) {
        Step sparse(backend_, model_, parts, {&layers.thresholds, nullptr});
        for (size_t i = 0; i < layers.thresholds.size(); ++i) {
            layers.threshold(i, 0.0f);
        }
        sparse.run_us();
        const double error = error_of(sparse.result(), dense.result());
        for (const double density : {0.7, 0.5, 0.3}) {
            layers.calibrate(density, [&] { sparse.run_us(); });
            const Ratio ratio = compare(dense, sparse, options_.runs, [&] { layers.follow(density); });
            print(parts, bytes, {"threshold", layers.mean_density(), ratio, Skips::Neurons}, error);
        }
    }

    void measure_held(Parts parts, const LayerBytes & bytes, Step & dense, SparseLayers & layers) {
        Step sparse(backend_, model_, parts, {&layers.held, nullptr});
        layers.hold(1.0, model_.shape().f);
        sparse.run_us();
        const double error = error_of(sparse.result(), dense.result());
        for (const double density : {0.7, 0.5, 0.3}) {
            layers.hold(density, model_.shape().f);
            const Ratio ratio = compare(dense, sparse, options_.runs, [] {});
            print(parts, bytes, {"held", layers.mean_density(), ratio, Skips::HeldNeurons}, error);
        }
    }

    void print(Parts parts, const LayerBytes & bytes, const Measured & m, double error) const {
        const auto layers = static_cast<double>(model_.layers().size());
        const Ratio & ratio = m.ratio;
        const double read = sp::cuda::bytes_read(m.skips, bytes, m.density) * layers;
        const auto predicted = [&](double at) {
            return sp::cuda::predicted_speedup(m.skips, bytes, m.density, {at});
        };
        std::printf("{\"part\":\"%s\",\"form\":\"%s\",\"density\":%.3f,\"denseUs\":%.1f,\"sparseUs\":%.1f,"
                    "\"denseUsPerLayer\":%.2f,\"usPerLayer\":%.2f,\"ratio\":%.3f,\"low\":%.3f,\"high\":%.3f,"
                    "\"ffnBandwidthShare\":%.3f,\"error\":%.2e,"
                    "\"predictedHere\":%.3f,\"predicted1TBps\":%.3f,\"predicted272GBps\":%.3f}\n",
                    parts == Parts::Ffn ? "ffn" : "whole", m.form, m.density, ratio.dense_us, ratio.sparse_us,
                    ratio.dense_us / layers, ratio.sparse_us / layers, ratio.ratio, ratio.low, ratio.high,
                    parts == Parts::Ffn ? read / (ratio.sparse_us * 1e-6) / bandwidth_ : 0.0, error,
                    predicted(bandwidth_), predicted(1e12), predicted(272e9));
        std::fflush(stdout);
    }

    ggml_backend_t backend_;
    const Model & model_;
    const Options & options_;
    double bandwidth_;
};

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
    void * get = ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device), SP_CUDA_API_NAME);
    if (!get) {
        fail("this CUDA backend was built without the sparse kernels");
    }
    const sp_cuda_api * api = reinterpret_cast<const sp_cuda_api * (*)()>(get)();
    SparseLayers sparse(*api, model);
    std::printf("{\"device\":\"%s\",\"copyGBps\":%.0f,\"shape\":\"%s\",\"type\":\"%s\",\"layers\":%d,"
                "\"extraBytesPerLayer\":%zu}\n",
                ggml_backend_dev_description(device), bandwidth / 1e9, options.shape->name,
                ggml_type_name(options.type), count, api->extra_bytes(sparse.thresholds[0].part));
    Bench bench(backend, model, options, bandwidth);
    for (const Parts parts : {Parts::Ffn, Parts::Whole}) {
        bench.measure(parts, sparse);
    }
    SparseInputs inputs(*api, model);
    if (!inputs.refused.empty()) {
        std::fprintf(stderr, "input channels are left out: %s\n", inputs.refused.c_str());
        return 0;
    }
    for (const Parts parts : {Parts::Ffn, Parts::Whole}) {
        bench.measure(parts, inputs);
    }
    return 0;
}
