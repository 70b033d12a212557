// layer.cu in the emulator: what its parts compute, what memory they take, on which GPU, what they enqueue
// and when they wait.

#include "device_forms.h"
#include "device_observer.h"

using namespace sp::cuda::test;

namespace {

void one_copy_each_way(Checks & checks) {
    Fixture fixture;
    sp_cuda_model * model = fixture.model();
    sp_cuda_part * layers[] = {fixture.layer(model, 0), fixture.layer(model, 1)};
    const std::vector<float> weights(kNeurons, 2.0f);
    const auto token = [&](float threshold, uint64_t revision) {
        for (sp_cuda_part * layer : layers) {
            const sp_decision decision = threshold_of(threshold, weights.data(), revision);
            sp_cuda_part_configure(layer, &decision, fixture.why, sizeof fixture.why);
        }
        sp_cuda_model_send(model);
        for (sp_cuda_part * layer : layers) {
            fixture.forward(layer);
        }
    };
    token(0.1f, 1);
    simt::Machine & machine = simt::machine();
    machine.uploads = machine.downloads = machine.waits = 0;
    token(0.2f, 1);
    sp_cuda_counts counts[2];
    sp_cuda_model_counts(model, counts);
    checks.expect(machine.uploads == 1, std::to_string(machine.uploads) + " uploads a token");
    checks.expect(machine.downloads == 1, std::to_string(machine.downloads) + " downloads a token");
    checks.expect(machine.waits <= 2, std::to_string(machine.waits) + " waits a token");
    machine.uploads = 0;
    token(0.2f, 1);
    checks.expect(machine.uploads == 0, "what did not change was sent");
    token(0.2f, 2); // the session drew its weights anew, and they are the same
    checks.expect(machine.uploads == 0, "the same weights were sent");
}

void several_gpus(Checks & checks) {
    Fixture fixture(1);
    simt::Machine & machine = simt::machine();
    const size_t before = machine.taken(0);
    sp_cuda_model * model = fixture.model();
    sp_cuda_part * layer = fixture.layer(model);
    checks.expect(layer != nullptr && machine.at(layer->planes->memory.get())->device == 1,
                  "planes elsewhere");
    checks.expect(machine.at(static_cast<FfnPart *>(layer)->held_ids())->device == 1,
                  "the list is elsewhere");
    checks.expect(machine.taken(0) == before, "memory of another GPU was taken");
    checks.expect(machine.current == 0, "the current GPU is another now");
    fixture.configure(layer, list_of({3}));
    fixture.forward(layer);
    sp_cuda_counts counts[2];
    checks.expect(sp_cuda_model_counts(model, counts) && counts[0].kept == 1 && machine.current == 0,
                  "counts");
    Fixture other(0);
    other.ffn.up = fixture.ffn.up;
    checks.expect(other.layer(other.model()) == nullptr, "a layer over two GPUs was taken");
    checks.expect(std::string(other.why).find("several GPUs") != std::string::npos, other.why);
    const std::vector<uint8_t> host(fixture.down.bytes);
    other.ffn.down.data = host.data();
    checks.expect(other.layer(other.model()) == nullptr, "weights in no GPU's memory were taken");
    checks.expect(std::string(other.why).find("not in one GPU") != std::string::npos, other.why);
}

void budget(Checks & checks) {
    Fixture fixture;
    simt::Machine & machine = simt::machine();
    sp_cuda_model * model = fixture.model();
    machine.free = size_t{512} << 20;
    checks.expect(fixture.layer(model) == nullptr, "the reserve was taken");
    checks.expect(std::string(fixture.why).find("not enough GPU memory") == 0, fixture.why);
    machine.free += size_t{16} << 20;
    checks.expect(fixture.layer(model) != nullptr, fixture.why);
    machine.total = size_t{80} << 30; // a twentieth of it is more
    checks.expect(fixture.layer(model, 1) == nullptr, "the reserve of a large GPU was taken");
    machine.total = size_t{8} << 30;
}

void planes_are_shared(Checks & checks) {
    Fixture fixture;
    sp_cuda_part * first = fixture.layer(fixture.model());
    sp_cuda_part * second = fixture.layer(fixture.model());
    checks.expect(first->planes == second->planes, "the same matrix has two planes");
    checks.expect(sp_cuda_part_extra_bytes(second) < sp_cuda_part_extra_bytes(first),
                  "shared planes are counted twice");
    sp_cuda_part_free(first);
    checks.expect(!second->planes->memory == false, "planes went with their first layer");
    // another model's weights at the same address
    std::memset(fixture.memory[2], 0x11, fixture.down.bytes.size());
    sp_cuda_part * third = fixture.layer(fixture.model());
    checks.expect(third->planes != second->planes, "another matrix got the planes of the one before it");
}

void a_refused_launch(Checks & checks) {
    Fixture fixture;
    simt::machine().launch_error = cudaErrorLaunch;
    checks.expect(fixture.layer(fixture.model()) == nullptr, "planes that were never built were taken");
    checks.expect(std::string(fixture.why) == "the device refused", fixture.why);
}

/// A node as the context builds it.
struct Node {
    explicit Node(void * userdata) {
        memory = ggml_init({size_t{1} << 16, nullptr, true});
        x = ggml_new_tensor_1d(memory, GGML_TYPE_F32, kWidth);
        y = ggml_custom_4d(memory, GGML_TYPE_F32, kWidth, 1, 1, 1, &x, 1, never, 1, userdata);
    }
    ~Node() { ggml_free(memory); }
    Node(const Node &) = delete;
    Node & operator=(const Node &) = delete;

    static void never(ggml_tensor *, int, int, void *) {}
    ggml_context * memory;
    ggml_tensor * x;
    ggml_tensor * y;
};

/// The scheduler asks every GPU in turn, and a node shows it no weights: where a model's layer does not begin
/// with a norm of its own (OLMo 2), the GPU of the layer before would be asked first.
void a_node_runs_on_its_gpu_alone(Checks & checks) {
    Fixture fixture(1);
    sp_cuda_node data = {SP_CUDA_NODE_MAGIC, fixture.layer(fixture.model())};
    const Node node(&data);
    checks.expect(sp_cuda_node_supported(node.y, 1), "its own GPU does not take it");
    checks.expect(!sp_cuda_node_supported(node.y, 0), "another GPU takes it");
    uint64_t others[2] = {};
    const Node foreign(others);
    checks.expect(!sp_cuda_node_supported(foreign.y, 1), "a node that is not ours is taken");
    // and what it computes is what the part computes
    std::vector<float> y(kWidth, -1.0f);
    node.x->data = fixture.x.data();
    node.y->data = y.data();
    sp_cuda_node_compute(node.y, &fixture.stream);
    checks.expect(y == fixture.forward(data.part), "the node computes something else than its part");
}

} // namespace

int main() {
    Checks checks;
    checks.run("every form, and its counts", [&] { forms_and_counts(checks, true); });
    checks.run("every form of an FFN without a gate", [&] { forms_and_counts(checks, false); });
    checks.run("inputs of a linear", [&] { inputs_of_a_linear(checks); });
    checks.run("sums of dense passes", [&] { sums_of_dense_passes(checks, true); });
    checks.run("sums of dense passes without a gate", [&] { sums_of_dense_passes(checks, false); });
    checks.run("sums through a node", [&] { observed_through_a_node(checks); });
    checks.run("linears that are refused", [&] { bad_linears(checks); });
    checks.run("a token takes one copy each way", [&] { one_copy_each_way(checks); });
    checks.run("several GPUs", [&] { several_gpus(checks); });
    checks.run("a node runs on its GPU alone", [&] { a_node_runs_on_its_gpu_alone(checks); });
    checks.run("memory budget", [&] { budget(checks); });
    checks.run("planes are shared", [&] { planes_are_shared(checks); });
    checks.run("a refused launch", [&] { a_refused_launch(checks); });
    checks.run("bad decisions", [&] { bad_decisions(checks); });
    return checks.finish();
}
