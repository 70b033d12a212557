// Where ggml's own scheduler puts the nodes of a layer on a GPU: of its two backends one stands for the GPU,
// the other for the processor, which takes every node.

#include "context_fixture.h"

#include "ggml-backend.h"

namespace {

size_t alignment(ggml_backend_buffer_type_t) { return 64; }
bool takesCustomNodesOfOurs(ggml_backend_dev_t, const ggml_tensor * op) {
    return op->op != GGML_OP_CUSTOM || nodeOf(op)->magic == SP_CUDA_NODE_MAGIC;
}
bool takesEverything(ggml_backend_dev_t, const ggml_tensor *) { return true; }
enum ggml_backend_dev_type isProcessor(ggml_backend_dev_t) { return GGML_BACKEND_DEVICE_TYPE_CPU; }

/// A backend that is asked what it takes, and never computes.
struct Stand {
    Stand(enum ggml_backend_dev_type (*kind)(ggml_backend_dev_t),
          bool (*takes)(ggml_backend_dev_t, const ggml_tensor *)) {
        device.iface.get_type = kind;
        device.iface.supports_op = takes;
        device.iface.supports_buft = [](ggml_backend_dev_t of, ggml_backend_buffer_type_t type) {
            return type->device == of;
        };
        memory.iface.get_alignment = alignment;
        memory.device = &device;
        backend.iface.get_name = [](ggml_backend_t) { return "stand-in"; };
        backend.device = &device;
        weights = makeBuffer(memory);
    }
    ggml_backend_device device = {};
    ggml_backend_buffer_type memory = {};
    ggml_backend backend = {};
    ggml_backend_buffer weights;
};

/// Whether `node`, between nodes of the processor, runs on the GPU.
bool runsOnGpu(Stand & card, ggml_context * memory, ggml_tensor * node) {
    Stand processor(isProcessor, takesEverything);
    const auto product = [&](ggml_tensor * x) {
        ggml_tensor * weight = ggml_new_tensor_2d(memory, GGML_TYPE_F32, x->ne[0], 32);
        weight->buffer = &processor.weights;
        return ggml_mul_mat(memory, weight, x);
    };
    ggml_cgraph * graph = ggml_new_graph(memory);
    ggml_build_forward_expand(graph, product(ggml_new_tensor_1d(memory, GGML_TYPE_F32, 32)));
    ggml_build_forward_expand(graph, product(node));
    ggml_backend_t backends[] = {&card.backend, &processor.backend};
    ggml_backend_buffer_type_t types[] = {&card.memory, &processor.memory};
    ggml_backend_sched_t scheduler = ggml_backend_sched_new(backends, types, 2, 256, false, false);
    ggml_backend_sched_split_graph(scheduler, graph);
    const bool result = ggml_backend_sched_get_tensor_backend(scheduler, node) == &card.backend;
    ggml_backend_sched_free(scheduler);
    return result;
}

} // namespace

TEST(between_nodes_of_the_processor_a_node_goes_to_the_gpu_that_its_weights_are_on) {
    Stand card(isGpu, takesCustomNodesOfOurs);
    Fixture fixture;
    fixture.buffer = &card.weights;
    fixture.set(SP_CATS, 0.5f);
    CHECK(runsOnGpu(card, fixture.memory, fixture.built()));
    fixture.set(SP_QSPARSE, 0.5f);
    CHECK(runsOnGpu(card, fixture.memory, fixture.product()));
    fixture.set(SP_ROLLING, 0.5f);
    fixture.context->setPass(Pass::dense);
    CHECK(runsOnGpu(card, fixture.memory, fixture.observed(8)));
}

TEST_MAIN
