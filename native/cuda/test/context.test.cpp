// What SparseContext puts into a graph where the weights are on a GPU, and what it reports.

#include "context_fixture.h"

#include <cmath>
#include <cstdlib>

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

TEST(detaching_frees_the_layers) {
    Fixture fixture;
    fixture.set(SP_CATS, 0.5f);
    fixture.built();
    fixture.context->detach();
    CHECK(backend.freed == 1 && hook_now.key == 0);
}

TEST_MAIN
