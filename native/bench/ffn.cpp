// Paired, interleaved: one FFN layer through ggml's own dense graph and through the sparse engine, same
// threads, same run.
//   bench-ffn [--type q8_0] [--d 1536] [--f 8960] [--threads 2] [--runs 9] [--densities 1,0.8,0.5,0.3,0.15]
//   [--layers n] [--record pair|triple]
//             [--cpu-clock] [--json]
// --cpu-clock: processor time instead of wall time, for one thread on a busy machine.
// Ratios are taken inside a repetition (dense / sparse): median [10th .. 90th percentile].
#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "ggml.h"
#include "sparse-pilot.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Options {
    ggml_type type = GGML_TYPE_Q8_0;
    int d = 1536, f = 8960, threads = 2, runs = 9;
    int layers = 0; // distinct memory per pass; 0: enough to leave the caches
    std::vector<float> densities = {1, 0.8f, 0.5f, 0.3f, 0.15f};
    bool json = false, cpuClock = false;
    sp_record record = SP_RECORD_PAIR;
};

ggml_type typeNamed(const std::string & name) {
    for (int t = 0; t < GGML_TYPE_COUNT; ++t)
        if (const char * n = ggml_type_name(static_cast<ggml_type>(t)); n && name == n)
            return static_cast<ggml_type>(t);
    std::fprintf(stderr, "unknown type %s\n", name.c_str());
    std::exit(2);
}

Options parse(int argc, char ** argv) {
    Options o;
    for (int i = 1; i < argc; ++i) {
        const std::string a = argv[i], v = i + 1 < argc ? argv[i + 1] : "";
        if (a == "--json") {
            o.json = true;
            continue;
        }
        if (a == "--cpu-clock") {
            o.cpuClock = true;
            continue;
        }
        ++i;
        if (a == "--type")
            o.type = typeNamed(v);
        else if (a == "--d")
            o.d = std::stoi(v);
        else if (a == "--f")
            o.f = std::stoi(v);
        else if (a == "--threads")
            o.threads = std::stoi(v);
        else if (a == "--layers")
            o.layers = std::stoi(v);
        else if (a == "--record")
            o.record = v == "triple" ? SP_RECORD_TRIPLE : SP_RECORD_PAIR;
        else if (a == "--runs")
            o.runs = std::stoi(v);
        else if (a == "--densities") {
            o.densities.clear();
            std::stringstream list(v);
            for (std::string item; std::getline(list, item, ',');)
                o.densities.push_back(std::stof(item));
        } else {
            std::fprintf(stderr, "unknown option %s\n", a.c_str());
            std::exit(2);
        }
    }
    return o;
}

/** Random rows of a type; a few rows repeated, which is all the same for speed. */
std::vector<uint8_t> randomRows(ggml_type type, int64_t rows, int64_t cols, std::mt19937_64 & random) {
    const int64_t distinct = std::min<int64_t>(rows, 32);
    std::normal_distribution<float> normal(0, 1 / std::sqrt(static_cast<float>(cols)));
    std::vector<float> w(static_cast<size_t>(distinct * cols));
    for (float & v : w)
        v = normal(random);
    const size_t rowBytes = ggml_row_size(type, cols);
    std::vector<uint8_t> data(rowBytes * static_cast<size_t>(rows));
    ggml_quantize_chunk(type, w.data(), data.data(), 0, distinct, cols, nullptr);
    for (int64_t r = distinct; r < rows; ++r)
        std::memcpy(data.data() + rowBytes * static_cast<size_t>(r),
                    data.data() + rowBytes * static_cast<size_t>(r % distinct), rowBytes);
    return data;
}

ggml_backend_buffer_type_t weightBuffers(ggml_backend_t backend, ggml_type type) {
    const ggml_backend_dev_t device = ggml_backend_get_device(backend);
    const auto extra = reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(ggml_backend_reg_get_proc_address(
        ggml_backend_dev_backend_reg(device), "ggml_backend_dev_get_extra_bufts"));
    const bool repacked = type == GGML_TYPE_Q4_0 || type == GGML_TYPE_Q4_K; // what llama.cpp would do on x86
    for (auto * b = extra ? extra(device) : nullptr; repacked && b && *b; ++b)
        if (std::string(ggml_backend_buft_name(*b)) == "CPU_REPACK")
            return *b;
    return ggml_backend_get_default_buffer_type(backend);
}

struct SparseCall {
    sp_session * session;
    int layer;
};

void sparseNode(ggml_tensor * dst, int ith, int nth, void * user) {
    const SparseCall & call = *static_cast<const SparseCall *>(user);
    sp_ffn_args args = {};
    args.layer = call.layer;
    args.x = static_cast<const float *>(dst->src[0]->data);
    args.y = static_cast<float *>(dst->data);
    args.ith = ith;
    args.nth = nth;
    sp_ffn_forward(call.session, &args);
}

double seconds(bool cpuClock) {
    if (cpuClock)
        return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double median(std::vector<double> v, double q = 0.5) {
    std::sort(v.begin(), v.end());
    return v[std::min(v.size() - 1, static_cast<size_t>(static_cast<double>(v.size()) * q))];
}

struct Variant {
    std::string selector;
    float density;
    sp_session * session;
    std::vector<SparseCall> calls;
    ggml_cgraph * graph;
    std::vector<double> ratios, times;
};

} // namespace

int main(int argc, char ** argv) {
    const Options o = parse(argc, argv);
    ggml_backend_load_all();
    ggml_backend_t backend = ggml_backend_init_by_type(GGML_BACKEND_DEVICE_TYPE_CPU, nullptr);
    if (backend == nullptr) {
        std::fprintf(stderr, "no CPU backend found\n");
        return 1;
    }
    const auto setThreads = reinterpret_cast<ggml_backend_set_n_threads_t>(ggml_backend_reg_get_proc_address(
        ggml_backend_dev_backend_reg(ggml_backend_get_device(backend)), "ggml_backend_set_n_threads"));
    setThreads(backend, o.threads);

    std::mt19937_64 random(1);
    const std::vector<uint8_t> gate = randomRows(o.type, o.f, o.d, random),
                               up = randomRows(o.type, o.f, o.d, random),
                               down = randomRows(o.type, o.d, o.f, random);
    const size_t layerBytes = gate.size() + up.size() + down.size();
    const int enough = static_cast<int>(std::clamp<size_t>((size_t{160} << 20) / layerBytes, 2, 60));
    const int layers = o.layers > 0 ? o.layers : enough;

    // ---- dense
    ggml_init_params params = {};
    params.mem_size = size_t{64} << 20;
    params.no_alloc = true;
    ggml_context * weights = ggml_init(params);
    std::vector<ggml_tensor *> tensors;
    for (int l = 0; l < layers; ++l)
        for (const auto & [rows, cols] : {std::pair{o.f, o.d}, std::pair{o.f, o.d}, std::pair{o.d, o.f}})
            tensors.push_back(ggml_new_tensor_2d(weights, o.type, cols, rows));
    ggml_backend_alloc_ctx_tensors_from_buft(weights, weightBuffers(backend, o.type));
    for (size_t i = 0; i < tensors.size(); ++i) {
        const std::vector<uint8_t> & data = i % 3 == 0 ? gate : i % 3 == 1 ? up : down;
        ggml_backend_tensor_set(tensors[i], data.data(), 0, data.size());
    }
    ggml_context * work = ggml_init(params);
    ggml_tensor * x = ggml_new_tensor_2d(work, GGML_TYPE_F32, o.d, 1);
    ggml_cgraph * dense = ggml_new_graph_custom(work, 2048, false);
    for (int l = 0; l < layers; ++l) {
        ggml_tensor * g = ggml_mul_mat(work, tensors[static_cast<size_t>(l) * 3], x);
        ggml_tensor * u = ggml_mul_mat(work, tensors[static_cast<size_t>(l) * 3 + 1], x);
        ggml_tensor * h = ggml_swiglu_split(work, g, u);
        ggml_build_forward_expand(dense, ggml_mul_mat(work, tensors[static_cast<size_t>(l) * 3 + 2], h));
    }

    // ---- sparse
    sp_ffn_weights w = {};
    w.gate = {o.type, gate.data(), o.d, o.f, ggml_row_size(o.type, o.d)};
    w.up = {o.type, up.data(), o.d, o.f, ggml_row_size(o.type, o.d)};
    w.down = {o.type, down.data(), o.f, o.d, ggml_row_size(o.type, o.f)};
    sp_engine_options options = sp_engine_default_options();
    options.n_threads = o.threads;
    options.record = o.record;
    char why[256];
    const std::vector<sp_ffn_weights> all(static_cast<size_t>(layers), w);
    const auto buildStart = std::chrono::steady_clock::now();
    sp_engine * engine = sp_engine_create(all.data(), layers, &options, why, sizeof(why));
    if (engine == nullptr) {
        std::fprintf(stderr, "%s\n", why);
        return 1;
    }
    const double buildSeconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - buildStart).count();
    std::vector<Variant> variants;
    for (const float p : o.densities)
        for (const sp_selector s : {SP_CATS, SP_GRIFFIN})
            variants.push_back(
                {s == SP_CATS ? "token" : "fixed", p, sp_session_create(engine), {}, nullptr, {}, {}});
    std::vector<float> act(static_cast<size_t>(o.f)), ups(static_cast<size_t>(o.f));
    std::normal_distribution<float> normal(0, 1);
    for (Variant & v : variants) {
        sp_settings settings = sp_default_settings();
        settings.selector = v.selector == "token" ? SP_CATS : SP_GRIFFIN;
        settings.density = std::min(v.density, 0.95f); // above that the engine itself says dense
        const std::vector<float> exact(static_cast<size_t>(layers), v.density);
        settings.layer_density = exact.data();
        if (!sp_session_configure(v.session, &settings, why, sizeof(why)))
            return 1;
        for (int l = 0; l < layers; ++l) {
            for (float & a : act)
                a = normal(random);
            for (float & u : ups)
                u = normal(random);
            sp_observe_args seen = {};
            seen.layer = l;
            seen.gate_pre = act.data();
            seen.up = ups.data();
            seen.n_tokens = 1;
            seen.nth = 1;
            for (int token = 0; settings.selector == SP_GRIFFIN && token < 4; ++token) // fewer make no mask
                sp_observe(v.session, &seen);
            v.calls.push_back({v.session, l});
        }
    }
    for (Variant & v : variants) {
        v.graph = ggml_new_graph_custom(work, 256, false);
        for (SparseCall & call : v.calls) {
            ggml_tensor * sources[] = {x};
            ggml_build_forward_expand(v.graph, ggml_custom_4d(work, GGML_TYPE_F32, o.d, 1, 1, 1, sources, 1,
                                                              sparseNode, GGML_N_TASKS_MAX, &call));
        }
    }
    ggml_backend_alloc_ctx_tensors(work, backend);
    std::vector<float> input(static_cast<size_t>(o.d));
    for (float & v : input)
        v = normal(random);
    ggml_backend_tensor_set(x, input.data(), 0, input.size() * sizeof(float));

    const auto timed = [&](ggml_cgraph * graph) {
        const double start = seconds(o.cpuClock);
        ggml_backend_graph_compute(backend, graph);
        return (seconds(o.cpuClock) - start) / layers * 1e6;
    };
    std::vector<double> denseTimes;
    for (int run = -1; run < o.runs; ++run) {
        for (Variant & v : variants) {
            const double before = timed(dense);
            const double sparse = timed(v.graph);
            if (run < 0)
                continue;
            denseTimes.push_back(before);
            v.times.push_back(sparse);
            v.ratios.push_back(before / sparse);
        }
    }
    if (!o.json)
        std::printf("%s %dx%d, %d threads, %d layers, %s: dense %.0f us [%.0f..%.0f]; extra memory %.2fx, "
                    "built in %.2f s\n",
                    ggml_type_name(o.type), o.d, o.f, o.threads, layers, sp_simd_name(), median(denseTimes),
                    median(denseTimes, 0.1), median(denseTimes, 0.9),
                    static_cast<double>(sp_engine_extra_bytes(engine)) /
                        static_cast<double>(sp_engine_ffn_bytes(engine)),
                    buildSeconds);
    for (size_t i = 0; i < variants.size(); ++i) {
        const Variant & v = variants[i];
        sp_layer_counters c;
        sp_session_counters(v.session, 0, &c);
        const double ceiling = static_cast<double>(layerBytes) / c.bytes;
        if (o.json)
            std::printf(
                "%s{\"type\":\"%s\",\"d\":%d,\"f\":%d,\"threads\":%d,\"form\":\"%s\",\"density\":%.4f,"
                "\"denseUs\":%.1f,\"us\":%.1f,\"ratio\":%.3f,\"ratioLow\":%.3f,\"ratioHigh\":%.3f,"
                "\"bytesRatio\":%.3f}%s\n",
                i ? "" : "[", ggml_type_name(o.type), o.d, o.f, o.threads, v.selector.c_str(), c.density,
                median(denseTimes), median(v.times), median(v.ratios), median(v.ratios, 0.1),
                median(v.ratios, 0.9), ceiling, i + 1 < variants.size() ? "," : "]");
        else
            std::printf("  %-5s p=%.2f (measured %.3f) %7.0f us  x%.2f [%.2f..%.2f]  bytes alone x%.2f\n",
                        v.selector.c_str(), static_cast<double>(v.density), c.density, median(v.times),
                        median(v.ratios), median(v.ratios, 0.1), median(v.ratios, 0.9), ceiling);
        sp_session_free(v.session);
    }
    sp_engine_free(engine);
    return 0;
}
