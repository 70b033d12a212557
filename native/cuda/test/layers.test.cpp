// The context's side of the CUDA layers against a stand-in for the backend: which form runs at which density,
// and that another form is another node, so that no captured CUDA graph outlives its decision.
#include "../../test/harness.h"
#include "../../test/model.h"

#include "cuda-layers.h"
#include "cuda-policy.h"
#include "llama-graph-hook.h"

#include "ggml-backend-impl.h"

#include <algorithm>
#include <memory>
#include <vector>

struct sp_cuda_layer {
    sp_selector kind = SP_NONE;
    int held = 0;
    float threshold = 0;
};

namespace {

int created = 0, freed = 0;

sp_cuda_layer * create(const sp_cuda_ffn *, char *, size_t) {
    ++created;
    return new sp_cuda_layer;
}
void release(sp_cuda_layer * layer) {
    ++freed;
    delete layer;
}
size_t extraBytes(const sp_cuda_layer *) { return 100; }
bool configure(sp_cuda_layer * layer, const sp_decision * decision, char *, size_t) {
    *layer = {decision->kind, decision->n_ids, decision->threshold};
    return true;
}
sp_cuda_counts counts(sp_cuda_layer *) { return {24, 96, 0.25f}; }
const sp_cuda_api * api() {
    static const sp_cuda_api table = {create, release, extraBytes, configure, counts};
    return &table;
}

bool present = true;
void * address(ggml_backend_reg_t, const char * name) {
    return present && std::string(name) == "sparse_pilot_cuda_api" ? reinterpret_cast<void *>(api) : nullptr;
}

constexpr int kNeurons = 96;

struct Fixture {
    model::Random random{5};
    model::Ffn ffn{model::Types{GGML_TYPE_Q8_0, GGML_TYPE_Q8_0, GGML_TYPE_Q8_0}, 64, kNeurons, true, random};
    std::unique_ptr<sp_engine, void (*)(sp_engine *)> engine{nullptr, sp_engine_free};
    std::unique_ptr<sp_session, void (*)(sp_session *)> session{nullptr, sp_session_free};
    ggml_context * memory = nullptr;
    llama_graph_hook_ffn hook = {};

    Fixture() {
        const sp_ffn_weights weights = ffn.weights();
        const sp_engine_options options = sp_engine_default_options();
        char why[256] = "";
        engine.reset(sp_engine_create(&weights, 1, &options, why, sizeof why));
        session.reset(sp_session_create(engine.get()));
        memory = ggml_init({size_t{1} << 16, nullptr, true});
        hook.gate = ggml_new_tensor_2d(memory, GGML_TYPE_Q8_0, 64, kNeurons);
        hook.up = ggml_new_tensor_2d(memory, GGML_TYPE_Q8_0, 64, kNeurons);
        hook.down = ggml_new_tensor_2d(memory, GGML_TYPE_Q8_0, kNeurons, 64);
    }
    ~Fixture() { ggml_free(memory); }
    Fixture(const Fixture &) = delete;
    Fixture & operator=(const Fixture &) = delete;

    void set(sp_selector selector, float density) {
        sp_settings settings = sp_default_settings();
        settings.selector = selector;
        settings.density = density;
        char why[256] = "";
        CHECK_WITH(sp_session_configure(session.get(), &settings, why, sizeof why), why);
    }
    sp_cuda_node * node(sparse_pilot::CudaLayers & layers, std::string & why) {
        why.clear();
        return layers.node(hook, SP_ACT_SILU, session.get(), why);
    }
};

sp_decision decided(sp_selector kind, float density, const float * weights = nullptr) {
    return {kind, 0, 0, weights, nullptr, 0, density};
}

} // namespace

// in place of libggml's registry
size_t ggml_backend_reg_count() { return 1; }
ggml_backend_reg_t ggml_backend_reg_get(size_t) {
    static ggml_backend_reg reg = {1, {nullptr, nullptr, nullptr, address}, nullptr};
    return &reg;
}

using namespace sp::cuda;

TEST(above_four_fifths_the_dense_kernels_run) {
    const float weights[1] = {1};
    for (const sp_selector kind : {SP_CATS, SP_TOPK, SP_GRIFFIN}) {
        for (const float density : {0.81f, 0.9f, 1.0f}) {
            CHECK(variant_of(decided(kind, density)).form == Form::Dense);
            CHECK(index_of(variant_of(decided(kind, density, weights))) == 0);
        }
        for (const float density : {0.0f, 0.5f, 0.8f}) {
            CHECK(variant_of(decided(kind, density)).form != Form::Dense);
        }
    }
    CHECK(variant_of(decided(SP_NONE, 0.1f)).form == Form::Dense);
}

TEST(every_variant_has_an_index_of_its_own) {
    const float weights[1] = {1};
    std::vector<int> seen;
    for (const sp_selector kind : {SP_CATS, SP_TOPK, SP_GRIFFIN}) {
        for (const float * each : {static_cast<const float *>(nullptr), weights}) {
            seen.push_back(index_of(variant_of(decided(kind, 0.5f, each))));
        }
    }
    std::sort(seen.begin(), seen.end());
    CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
    CHECK(seen.front() == 1 && seen.back() == kVariants - 1);
}

TEST(the_density_of_the_settings_decides_between_sparse_and_dense) {
    Fixture fixture;
    sparse_pilot::CudaLayers layers;
    std::string why;
    fixture.set(SP_CATS, 0.9f);
    CHECK(layers.variant(fixture.session.get(), 0) == 0);
    CHECK(fixture.node(layers, why) == nullptr);
    CHECK_WITH(why.find("dense kernels") != std::string::npos, why);
    fixture.set(SP_CATS, 0.5f);
    CHECK(layers.variant(fixture.session.get(), 0) != 0);
    CHECK_WITH(fixture.node(layers, why) != nullptr && why.empty(), why);
}

TEST(another_form_is_another_node_of_the_same_layer) {
    Fixture fixture;
    std::string why;
    created = freed = 0;
    {
        sparse_pilot::CudaLayers layers;
        fixture.set(SP_CHESS, 0.5f);
        sp_cuda_node * weighted = fixture.node(layers, why);
        CHECK(fixture.node(layers, why) == weighted);
        fixture.set(SP_TOPK, 0.5f);
        sp_cuda_node * top = fixture.node(layers, why);
        CHECK(top != nullptr && top != weighted && top->layer == weighted->layer);
        CHECK(top->magic == SP_CUDA_NODE_MAGIC && created == 1);
        CHECK(layers.follow(fixture.session.get(), why) && top->layer->kind == SP_TOPK);
        CHECK(layers.extraBytes() == 100);
    }
    CHECK(freed == 1);
}

TEST(counts_are_reported_of_sparse_passes_only) {
    Fixture fixture;
    sparse_pilot::CudaLayers layers;
    std::string why;
    fixture.set(SP_CATS, 0.5f);
    CHECK(fixture.node(layers, why) != nullptr);
    layers.report(fixture.session.get());
    sp_layer_counters told = {};
    sp_session_counters(fixture.session.get(), 0, &told);
    CHECK(told.passes == 1 && told.last_density == 0.25);
    fixture.set(SP_CATS, 0.95f);
    const uint64_t before = told.passes;
    layers.report(fixture.session.get());
    sp_session_counters(fixture.session.get(), 0, &told);
    CHECK(told.passes == before);
}

TEST(without_our_backend_nothing_is_sparse_and_the_reason_is_given) {
    Fixture fixture;
    present = false;
    sparse_pilot::CudaLayers layers;
    present = true;
    std::string why;
    fixture.set(SP_CATS, 0.5f);
    CHECK(layers.variant(fixture.session.get(), 0) == 0);
    CHECK(fixture.node(layers, why) == nullptr);
    CHECK_WITH(why.find("no sparse kernels") != std::string::npos, why);
}

TEST_MAIN
