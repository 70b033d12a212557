// The context's side of the CUDA layers against a stand-in for the backend: which form runs at which density,
// and that another form has other launches, so that no captured CUDA graph outlives its decision.
#include "../../test/harness.h"
#include "../../test/model.h"

#include "cuda-layers.h"
#include "fake_backend.h"
#include "llama-graph-hook.h"
#include "settings.h"

#include <algorithm>
#include <memory>
#include <vector>

using fake::backend;

namespace {

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
        const sp_settings settings = settingsOf(selector, density);
        char why[256] = "";
        CHECK_WITH(sp_session_configure(session.get(), &settings, why, sizeof why), why);
    }
    sparse_pilot::CudaNode made(sparse_pilot::CudaLayers & layers, std::string & why) {
        why.clear();
        return layers.ffn(hook, SP_ACT_SILU, session.get(), why);
    }
    sp_cuda_node * node(sparse_pilot::CudaLayers & layers, std::string & why) {
        return made(layers, why).data;
    }
};

sp_decision decided(sp_selector kind, float density, const float * weights = nullptr) {
    return {kind, 0, 0, weights, nullptr, 0, density, 0};
}

} // namespace

using namespace sp::cuda;

TEST(above_four_fifths_the_dense_kernels_run) {
    const float weights[1] = {1};
    for (const sp_selector kind : {SP_CATS, SP_TOPK, SP_GRIFFIN, SP_TEAL, SP_QSPARSE, SP_BLOCK_QSPARSE}) {
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
    for (const sp_selector kind : {SP_CATS, SP_TOPK, SP_GRIFFIN, SP_QSPARSE, SP_BLOCK_QSPARSE}) {
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
    sparse_pilot::CudaLayers layers(1);
    std::string why;
    fixture.set(SP_CATS, 0.9f);
    CHECK(layers.ffnVariant(fixture.session.get(), 0) == 0);
    CHECK(fixture.node(layers, why) == nullptr);
    CHECK_WITH(why.find("dense kernels") != std::string::npos, why);
    fixture.set(SP_CATS, 0.5f);
    CHECK(layers.ffnVariant(fixture.session.get(), 0) != 0);
    CHECK_WITH(fixture.node(layers, why) != nullptr && why.empty(), why);
}

TEST(another_form_of_the_same_layer_has_other_launches) {
    Fixture fixture;
    std::string why;
    backend = {};
    uint64_t before = 0;
    {
        sparse_pilot::CudaLayers layers(1);
        fixture.set(SP_CHESS, 0.5f);
        const sparse_pilot::CudaNode weighted = fixture.made(layers, why);
        before = weighted.launches;
        CHECK(fixture.made(layers, why).launches == before);
        fixture.set(SP_TOPK, 0.5f);
        const sparse_pilot::CudaNode top = fixture.made(layers, why);
        CHECK(top.data != nullptr && top.launches != before && top.data->part == weighted.data->part);
        CHECK(top.data->magic == SP_CUDA_NODE_MAGIC && backend.created == 1);
        CHECK(layers.follow(fixture.session.get(), why) && top.data->part->kind == SP_TOPK);
        CHECK(layers.extraBytes() == 100);
    }
    CHECK(backend.freed == 1);
    // the same layer again, for another context or after its parts were freed: its device memory is another,
    // wherever it lies
    sparse_pilot::CudaLayers layers(1);
    fixture.set(SP_CHESS, 0.5f);
    CHECK(fixture.made(layers, why).launches != before);
}

TEST(a_refused_layer_is_not_tried_again_and_keeps_its_reason) {
    Fixture fixture;
    std::string why;
    backend = {};
    backend.refusal = "not enough GPU memory";
    sparse_pilot::CudaLayers layers(1);
    fixture.set(SP_CATS, 0.5f);
    for (int pass = 0; pass < 3; ++pass) {
        CHECK(fixture.node(layers, why) == nullptr);
        CHECK_WITH(why == "not enough GPU memory", why);
    }
    CHECK(backend.created == 1 && layers.extraBytes() == 0);
    layers.clear(); // another model, or the same in another context
    backend.refusal.clear();
    CHECK(fixture.node(layers, why) != nullptr);
    backend = {};
}

TEST(an_ffn_without_a_gate_is_handed_on_without_one) {
    Fixture fixture;
    std::string why;
    backend = {};
    sparse_pilot::CudaLayers layers(1);
    fixture.set(SP_CATS, 0.5f);
    fixture.hook.gate = nullptr;
    CHECK_WITH(fixture.node(layers, why) != nullptr, why);
    CHECK(backend.created == 1 && !backend.gated);
}

TEST(all_layers_follow_in_one_copy_and_a_new_one_starts_with_its_own_decision) {
    Fixture fixture;
    std::string why;
    backend = {};
    sparse_pilot::CudaLayers layers(1);
    CHECK(layers.follow(fixture.session.get(), why) && backend.sent == 0);
    fixture.set(SP_TOPK, 0.5f);
    CHECK(fixture.node(layers, why)->part->kind == SP_TOPK && backend.configured == 1);
    CHECK(fixture.node(layers, why) != nullptr && backend.configured == 1);
    CHECK(layers.follow(fixture.session.get(), why) && backend.configured == 2 && backend.sent == 2);
}

TEST(the_first_pass_of_a_threshold_finds_its_boundary) {
    Fixture fixture;
    std::string why;
    backend = {};
    sparse_pilot::CudaLayers layers(1);
    fixture.set(SP_CATS, 0.5f); // without a profile or samples the first token takes its top half
    CHECK(fixture.node(layers, why)->part->kind == SP_TOPK);
    backend.boundary = 0.75f;
    layers.report(fixture.session.get());
    sp_decision next;
    sp_session_decide(fixture.session.get(), 0, &next);
    CHECK(next.kind == SP_CATS && next.threshold == 0.75f);
    backend = {};
}

TEST(a_decisions_revision_tells_whether_its_weights_may_have_changed) {
    Fixture fixture;
    Fixture other;
    const auto revision = [](const Fixture & of) {
        sp_decision decision;
        sp_session_decide(of.session.get(), 0, &decision);
        return decision.revision;
    };
    fixture.set(SP_CHESS, 0.5f);
    const uint64_t first = revision(fixture);
    sp_session_report(fixture.session.get(), 0, 0.5, 0.1, 0.5f);
    CHECK(first != 0 && revision(fixture) == first);
    other.set(SP_CHESS, 0.5f);
    CHECK(revision(other) != first);
    fixture.set(SP_CHESS, 0.4f);
    const uint64_t second = revision(fixture);
    CHECK(second != first);
    sp_session_begin_request(fixture.session.get(), 0);
    CHECK(revision(fixture) != second);
}

TEST(counts_are_reported_of_sparse_passes_only) {
    Fixture fixture;
    sparse_pilot::CudaLayers layers(1);
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
    backend.present = false;
    sparse_pilot::CudaLayers layers(1);
    backend.present = true;
    std::string why;
    fixture.set(SP_CATS, 0.5f);
    CHECK(layers.ffnVariant(fixture.session.get(), 0) == 0);
    CHECK(fixture.node(layers, why) == nullptr);
    CHECK_WITH(why.find("no sparse kernels") != std::string::npos, why);
}

TEST_MAIN
