// When SparseContext observes layers on a GPU, and where: the sums on the device, activations on the
// processor.

#include "context_fixture.h"

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
          node->src[2]->ne[1] == 512); // nothing is left out: nothing is brought over
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

TEST_MAIN
