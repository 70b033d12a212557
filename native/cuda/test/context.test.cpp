// SparseContext on layers whose weights are on a GPU, with a stand-in for the backend and for libllama: what
// it puts into a graph, when it observes, and what it reports.
#include "../../test/harness.h"
#include "../../test/model-file.h"

#include "fake_backend.h"
#include "ggml-impl.h"
#include "llama-graph-hook.h"
#include "llama-graph.h"
#include "sparse-context.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>

using fake::backend;
using sparse_pilot::Pass;
using sparse_pilot::SparseContext;

namespace {
llama_graph_hook hook_now;
}
void llama_set_graph_hook(llama_context *, const llama_graph_hook * hook) {
    hook_now = hook ? *hook : llama_graph_hook{};
}
uint64_t llama_graph_hook_graph() { return 1; }
const llama_model * llama_get_model(const llama_context *) { return nullptr; }
int32_t llama_model_n_layer(const llama_model *) { return 1; }
int32_t llama_model_meta_val_str(const llama_model *, const char *, char *, size_t) { return -1; }

namespace {

constexpr int kWidth = 64;
constexpr int kNeurons = 96;

/// A buffer type whose device says that it is a GPU.
enum ggml_backend_dev_type isGpu(ggml_backend_dev_t) { return GGML_BACKEND_DEVICE_TYPE_GPU; }
ggml_backend_device makeDevice() {
    ggml_backend_device device = {};
    device.iface.get_type = isGpu;
    return device;
}
ggml_backend_device gpu = makeDevice();
bool isHost(ggml_backend_buffer_type_t) { return true; }
ggml_backend_buffer_type makeType(bool pinned) {
    ggml_backend_buffer_type type = {{}, &gpu, nullptr};
    type.iface.is_host = pinned ? isHost : nullptr;
    return type;
}
ggml_backend_buffer_type gpuMemory = makeType(false);
/// Of the processor, though its device is the GPU too.
ggml_backend_buffer_type pinnedMemory = makeType(true);
ggml_backend_buffer makeBuffer(ggml_backend_buffer_type & type) {
    ggml_backend_buffer buffer = {};
    buffer.buft = &type;
    return buffer;
}
ggml_backend_buffer gpuBuffer = makeBuffer(gpuMemory);
ggml_backend_buffer pinnedBuffer = makeBuffer(pinnedMemory);

/// One layer on disk: an FFN, and attention's output projection.
struct File {
    std::string path = (std::filesystem::temp_directory_path() /
                        ("sparse-pilot-cuda-" + std::to_string(std::random_device{}()) + ".gguf"))
                           .string();
    File(const model::Ffn & ffn, const model::Matrix & output) {
        model::FileBuilder file;
        file.add("blk.0.attn_output.weight", output);
        file.add("blk.0.ffn_gate.weight", ffn.gate);
        file.add("blk.0.ffn_up.weight", ffn.up);
        file.add("blk.0.ffn_down.weight", ffn.down);
        file.write(path);
    }
    ~File() { std::filesystem::remove(path); }
    File(const File &) = delete;
    File & operator=(const File &) = delete;
};

struct Fixture {
    model::Random random{5};
    model::Ffn ffn{model::Types{GGML_TYPE_Q8_0, GGML_TYPE_Q8_0, GGML_TYPE_Q8_0}, kWidth, kNeurons, true,
                   random};
    ggml_context * memory = ggml_init({size_t{1} << 20, nullptr, true});
    ggml_cgraph * graph = ggml_new_graph(memory);
    sparse_pilot::EnginePtr engine;
    std::unique_ptr<SparseContext> context;
    int token = 0;                             // any address stands for the llama_context
    ggml_backend_buffer * buffer = &gpuBuffer; // of the weights

    Fixture() {
        backend = {};
        const File file(ffn, model::Matrix(GGML_TYPE_Q8_0, kWidth, kWidth, random));
        const sp_engine_options options = sp_engine_default_options();
        char why[256] = "";
        engine.reset(sp_engine_open(file.path.c_str(), &options, why, sizeof why), sp_engine_free);
        CHECK_WITH(sp_engine_build_columns(engine.get(), file.path.c_str(), &options, why, sizeof why), why);
        attach();
    }
    void attach() {
        context.reset();
        context = std::make_unique<SparseContext>(reinterpret_cast<llama_context *>(&token), engine);
        context->select(0);
    }
    ~Fixture() {
        context.reset();
        ggml_free(memory);
    }
    Fixture(const Fixture &) = delete;
    Fixture & operator=(const Fixture &) = delete;

    void set(sp_selector selector, float density) {
        sp_settings settings = sp_default_settings();
        settings.selector = selector;
        settings.density = density;
        std::string why;
        CHECK_WITH(context->configure(0, settings, why), why);
    }
    ggml_tensor * weight(int64_t columns, int64_t rows, const char * name) {
        ggml_tensor * tensor = ggml_new_tensor_2d(memory, GGML_TYPE_Q8_0, columns, rows);
        tensor->buffer = buffer;
        ggml_set_name(tensor, name);
        return tensor;
    }
    llama_graph_hook_ffn described(int tokens) {
        llama_graph_hook_ffn result = {};
        result.ctx0 = memory;
        result.gf = graph;
        result.cur = ggml_new_tensor_2d(memory, GGML_TYPE_F32, kWidth, tokens);
        result.gate = weight(kWidth, kNeurons, "blk.0.ffn_gate.weight");
        result.up = weight(kWidth, kNeurons, "blk.0.ffn_up.weight");
        result.down = weight(kNeurons, kWidth, "blk.0.ffn_down.weight");
        result.type_op = LLM_FFN_SILU;
        result.type_gate = LLM_FFN_PAR;
        result.n_tokens = tokens;
        return result;
    }
    /// The node that replaces the FFN of one token; null: upstream's graph.
    ggml_tensor * built() {
        const llama_graph_hook_ffn of = described(1);
        return hook_now.key == 0 ? nullptr : hook_now.build_ffn(&of, hook_now.user);
    }
    /// The node that replaces a product of one token; null: upstream's.
    ggml_tensor * product(const char * name = "blk.0.ffn_down.weight", int64_t inputs = kNeurons) {
        ggml_tensor * x = ggml_new_tensor_1d(memory, GGML_TYPE_F32, inputs);
        return hook_now.key == 0
                   ? nullptr
                   : hook_now.build_linear(memory, weight(inputs, kWidth, name), x, false, hook_now.user);
    }
    /// A sparse pass ends: counts come back.
    void endPass() {
        context->setPass(Pass::plain);
        context->setPass(Pass::sparse);
    }
    /// The node that observes, or null.
    ggml_tensor * observed(int tokens) {
        const llama_graph_hook_ffn of = described(tokens);
        ggml_graph_clear(graph);
        ggml_tensor * gate = ggml_new_tensor_2d(memory, GGML_TYPE_F32, kNeurons, tokens);
        ggml_tensor * up = ggml_new_tensor_2d(memory, GGML_TYPE_F32, kNeurons, tokens);
        hook_now.observe_ffn(&of, gate, up, hook_now.user);
        return ggml_graph_n_nodes(graph) == 0 ? nullptr : ggml_graph_node(graph, -1);
    }
};

sp_cuda_node * nodeOf(const ggml_tensor * tensor) {
    ggml_custom_op_params params;
    std::memcpy(&params, tensor->op_params, sizeof params);
    return static_cast<sp_cuda_node *>(params.userdata);
}

} // namespace

TEST(a_layer_on_a_gpu_becomes_a_node_of_its_backend) {
    Fixture fixture;
    fixture.set(SP_CATS, 0.5f);
    ggml_tensor * node = fixture.built();
    CHECK(node != nullptr && node->op == GGML_OP_CUSTOM && nodeOf(node)->magic == SP_CUDA_NODE_MAGIC);
    CHECK(fixture.context->denseReason(0).empty() && fixture.context->gpuBytes() == 100);
    CHECK(nodeOf(fixture.built()) == nodeOf(node) && backend.created == 1);
}

TEST(a_layer_of_the_processor_runs_there_though_its_weights_are_in_a_gpus_pinned_memory) {
    Fixture fixture;
    fixture.buffer = &pinnedBuffer;
    fixture.set(SP_CATS, 0.5f);
    const ggml_tensor * node = fixture.built();
    CHECK(node != nullptr && node->op == GGML_OP_CUSTOM && backend.created == 0);
    CHECK(fixture.context->denseReason(0).empty());
    fixture.set(SP_QSPARSE, 0.25f);
    CHECK(fixture.product() != nullptr && backend.created == 0);
}

/// Whether ggml would take a CUDA graph captured with one of these for the other.
bool lookAlike(const ggml_tensor * a, const ggml_tensor * b) {
    return std::memcmp(a->op_params, b->op_params, sizeof a->op_params) == 0;
}

TEST(a_captured_cuda_graph_serves_one_form_of_one_part_alone) {
    Fixture fixture;
    fixture.set(SP_CATS, 0.5f);
    const uint64_t firstKey = hook_now.key;
    ggml_tensor * top = fixture.built(); // of the first token, without samples
    CHECK(lookAlike(top, fixture.built()));
    backend.boundary = 0.5f;
    fixture.endPass();
    CHECK(hook_now.key != firstKey); // so that llama.cpp builds the graph anew
    ggml_tensor * threshold = fixture.built();
    CHECK(!lookAlike(top, threshold));
    const uint64_t key = hook_now.key;
    fixture.endPass();
    CHECK(hook_now.key == key && lookAlike(threshold, fixture.built())); // the number alone has changed
    // another engine on the same context: its device memory is another, wherever its nodes come to lie
    fixture.attach();
    fixture.set(SP_CATS, 0.5f);
    CHECK(hook_now.key != firstKey && !lookAlike(top, fixture.built()));
}

TEST(inputs_of_a_linear_on_a_gpu_are_skipped_by_its_backend) {
    Fixture fixture;
    fixture.set(SP_QSPARSE, 0.25f);
    ggml_tensor * node = fixture.product();
    CHECK(node != nullptr && node->ne[0] == kWidth && nodeOf(node)->magic == SP_CUDA_NODE_MAGIC);
    CHECK(backend.linear.ne0 == kNeurons && backend.linear.ne1 == kWidth);
    CHECK(nodeOf(node)->part->kind == SP_QSPARSE && nodeOf(node)->part->count == kNeurons / 4);
    CHECK(nodeOf(fixture.product())->part == nodeOf(node)->part && backend.created == 1);
    ggml_tensor * other = fixture.product("blk.0.attn_output.weight", kWidth);
    CHECK(nodeOf(other)->part->count == kWidth / 4 && !lookAlike(node, other));
    fixture.set(SP_BLOCK_QSPARSE, 0.25f);
    CHECK(nodeOf(fixture.product())->part->kind == SP_BLOCK_QSPARSE &&
          nodeOf(fixture.product())->part->count == 8);
    CHECK(!lookAlike(node, fixture.product()));
    CHECK(fixture.product("blk.0.attn_q.weight", kWidth) == nullptr); // no such linear in the file
    fixture.endPass();
    sp_layer_counters counters = {};
    sp_session_counters(fixture.context->session(0), 0, &counters);
    CHECK(counters.passes == 1 && counters.last_skipped_energy > 0);
}

TEST(a_teal_threshold_is_learnt_from_the_first_passes_and_then_followed) {
    Fixture fixture;
    fixture.set(SP_TEAL, 0.5f);
    backend.boundary = 0.25f;
    for (int pass = 0; pass < 8; ++pass) {
        const sp_cuda_part & part = *nodeOf(fixture.product())->part;
        CHECK(part.kind == SP_TOPK && part.count == kNeurons / 2 && !part.weighted);
        fixture.endPass();
    }
    backend.boundary = 0; // a pass by threshold has none
    const sp_cuda_part & part = *nodeOf(fixture.product())->part;
    CHECK(part.kind == SP_TEAL && std::fabs(part.threshold - 0.25f) < 1e-6f);
    fixture.endPass(); // a quarter was kept instead of half: it goes down
    CHECK(part.threshold < 0.25f && part.threshold > 0.2f);
}

TEST(above_four_fifths_and_with_streams_side_by_side_the_dense_product_runs) {
    Fixture fixture;
    fixture.set(SP_QSPARSE, 0.9f);
    CHECK(fixture.product() == nullptr && backend.created == 0);
    CHECK_WITH(fixture.context->denseReason(0).find("dense kernels") != std::string::npos,
               fixture.context->denseReason(0));
    fixture.set(SP_QSPARSE, 0.5f);
    setenv("GGML_CUDA_GRAPH_OPT", "1", 1);
    CHECK(fixture.product() == nullptr && backend.created == 0);
    CHECK(fixture.context->denseReason(0).find("side by side") != std::string::npos);
    unsetenv("GGML_CUDA_GRAPH_OPT");
    CHECK(fixture.product() != nullptr);
}

TEST(building_a_graph_configures_no_layer_that_is_there_already) {
    Fixture fixture;
    fixture.set(SP_CATS, 0.5f);
    fixture.built();
    const int before = backend.configured;
    fixture.built();
    CHECK(backend.configured == before);
}

TEST(a_budget_refusal_is_the_layers_reason) {
    Fixture fixture;
    backend.refusal = "not enough GPU memory: 1 MB are free";
    fixture.set(SP_CATS, 0.5f);
    CHECK(fixture.built() == nullptr && fixture.built() == nullptr && backend.created == 1);
    CHECK_WITH(fixture.context->denseReason(0) == backend.refusal, fixture.context->denseReason(0));
    CHECK(fixture.context->gpuBytes() == 0);
}

TEST(the_first_pass_without_samples_sets_the_threshold) {
    Fixture fixture;
    fixture.set(SP_CATS, 0.5f);
    CHECK(nodeOf(fixture.built())->part->kind == SP_TOPK);
    backend.boundary = 0.5f;
    fixture.context->setPass(Pass::plain); // the pass is over: counts come back, once for all layers
    CHECK(backend.counted == 1);
    fixture.context->setPass(Pass::sparse);
    const sp_cuda_node * node = nodeOf(fixture.built());
    CHECK(node->part->kind == SP_CATS && node->part->threshold == 0.5f);
}

TEST(a_density_that_the_dense_kernels_take_observes_no_single_token) {
    Fixture fixture;
    fixture.set(SP_CATS, 0.9f);
    CHECK(fixture.built() == nullptr);
    CHECK(fixture.observed(1) == nullptr);
    CHECK(fixture.observed(8) != nullptr); // a prompt in a sparse pass still teaches
    fixture.context->setPass(Pass::dense);
    CHECK(fixture.observed(1) != nullptr);
}

TEST(of_a_long_batch_on_a_gpu_the_last_tokens_are_observed) {
    Fixture fixture;
    fixture.set(SP_CATS, 0.5f);
    fixture.context->setPass(Pass::dense);
    const ggml_tensor * node = fixture.observed(512);
    CHECK(node != nullptr);
    for (int i = 0; i < 2; ++i) {
        const ggml_tensor * part = node->src[i];
        CHECK(part->ne[0] == kNeurons && part->ne[1] == 64);
        CHECK(part->view_offs == 448 * part->nb[1] && ggml_is_contiguous(part));
    }
    CHECK(fixture.observed(64)->src[0]->view_src == nullptr);
    char why[256] = "";
    CHECK(sp_calibration_begin(fixture.context->session(0), why, sizeof why));
    fixture.context->refresh();
    CHECK(fixture.observed(512)->src[0]->ne[1] == 512); // a calibration counts every token
}

TEST(what_a_mask_is_drawn_from_is_summed_up_on_the_gpu) {
    Fixture fixture;
    fixture.set(SP_CATS, 0.5f);
    fixture.context->setPass(Pass::dense);
    const uint64_t sampling = hook_now.key;
    fixture.set(SP_ROLLING, 0.25f);
    CHECK(hook_now.key != sampling); // another node observes
    const ggml_tensor * node = fixture.observed(512);
    CHECK(node != nullptr && nodeOf(node)->magic == SP_CUDA_NODE_MAGIC && backend.created == 1);
    CHECK(node->src[0]->ne[1] == 512 &&
          node->src[1]->ne[1] == 512); // nothing is left out: nothing is brought over
    CHECK(nodeOf(node)->part->threshold == sp_default_settings().decay);
    CHECK(fixture.observed(5000)->src[0]->ne[1] == SP_CUDA_MOST_OBSERVED);
    CHECK(fixture.built() == nullptr); // no mask yet
    backend.observed = 512;
    backend.sums.assign(kNeurons, 0.0f);
    for (int j = 0; j < kNeurons / 4; ++j) {
        backend.sums[static_cast<size_t>(4 * j + 1)] = 1.0f;
    }
    fixture.context->setPass(Pass::sparse);
    CHECK(backend.observed == 0);
    sp_decision decision;
    sp_session_decide(fixture.context->session(0), 0, &decision);
    CHECK(decision.kind == SP_GRIFFIN && decision.n_ids == kNeurons / 4 && decision.ids[3] == 13);
    const sp_cuda_node * held = nodeOf(fixture.built());
    CHECK(held->part->kind == SP_GRIFFIN && held->part->held == kNeurons / 4);
}

TEST(what_a_session_has_taught_stays_with_it) {
    Fixture fixture;
    fixture.set(SP_GRIFFIN, 0.5f);
    fixture.context->setPass(Pass::dense);
    fixture.observed(8);
    backend.observed = 8;
    backend.sums.assign(kNeurons, 1.0f);
    fixture.context->select(1); // before it another's passes are handed to nobody else
    sp_decision decision;
    sp_session_decide(fixture.context->session(0), 0, &decision);
    CHECK(decision.kind == SP_GRIFFIN);
    sp_session_decide(fixture.context->session(1), 0, &decision);
    CHECK(decision.kind == SP_NONE);
    backend.refusal = "not enough GPU memory";
    Fixture other;
    backend.refusal = "not enough GPU memory";
    other.set(SP_GRIFFIN, 0.5f);
    other.context->setPass(Pass::dense);
    const ggml_tensor * node = other.observed(512); // then the processor observes, as much as is worth it
    CHECK(node->src[0]->ne[1] == 64 && backend.created == 1);
    backend = {};
}

TEST(detaching_frees_the_layers) {
    Fixture fixture;
    fixture.set(SP_CATS, 0.5f);
    fixture.built();
    fixture.context->detach();
    CHECK(backend.freed == 1 && hook_now.key == 0);
}

TEST_MAIN
