// layer.cu itself, in the emulator, on a stand-in for the CUDA runtime: what it takes, where, what it
// enqueues and when it waits.

#include "../ggml_node.cpp"
#include "../layer.cu"

#include "checks.h"
#include "reference.h"

using namespace sp::cuda::test;

namespace {

constexpr int kWidth = 64;
constexpr int kNeurons = 96;
constexpr WeightType kType = WeightType::Q8_0;

/// Bytes in the memory of a device.
uint8_t * on_device(const std::vector<uint8_t> & bytes, int device) {
    const DeviceGuard guard(device);
    void * memory = nullptr;
    cudaMalloc(&memory, bytes.size());
    std::memcpy(memory, bytes.data(), bytes.size());
    return static_cast<uint8_t *>(memory);
}

struct Fixture {
    explicit Fixture(int device = 0, bool gated = true) : gated(gated) {
        simt::machine().free = simt::machine().total;
        Random random(9);
        gate = random_matrix(kType, kNeurons, kWidth, random);
        up = random_matrix(kType, kNeurons, kWidth, random);
        down = random_matrix(kType, kWidth, kNeurons, random);
        x = random_vector(kWidth, random);
        memory = {on_device(gate.bytes, device), on_device(up.bytes, device), on_device(down.bytes, device)};
        const sp_cuda_matrix none{};
        ffn = {gated ? sp_cuda_matrix{GGML_TYPE_Q8_0, memory[0], kWidth, kNeurons} : none,
               {GGML_TYPE_Q8_0, memory[1], kWidth, kNeurons},
               {GGML_TYPE_Q8_0, memory[2], kNeurons, kWidth},
               nullptr,
               nullptr,
               nullptr,
               SP_ACT_SILU};
    }
    ~Fixture() {
        for (sp_cuda_model * model : models) {
            for (sp_cuda_part * layer : std::vector<sp_cuda_part *>(model->parts)) {
                if (layer != nullptr) {
                    sp_cuda_part_free(layer);
                }
            }
            sp_cuda_model_free(model);
        }
        for (uint8_t * each : memory) {
            cudaFree(each);
        }
    }
    Fixture(const Fixture &) = delete;
    Fixture & operator=(const Fixture &) = delete;

    sp_cuda_model * model(int layers = 2) {
        models.push_back(sp_cuda_model_create(layers));
        return models.back();
    }
    sp_cuda_part * layer(sp_cuda_model * of, int index = 0) {
        why[0] = 0;
        return sp_cuda_ffn_create(of, index, &ffn, why, sizeof why);
    }
    bool configure(sp_cuda_part * layer, const sp_decision & decision) {
        return sp_cuda_part_configure(layer, &decision, why, sizeof why) && sp_cuda_model_send(layer->model);
    }
    std::vector<float> forward(sp_cuda_part * layer) {
        std::vector<float> y(kWidth, -1.0f);
        const sp_cuda_pass pass = {x.data(), nullptr, 1, y.data()};
        sp_cuda_part_forward(layer, &pass, &stream);
        return y;
    }
    std::vector<double> reference(const std::vector<int32_t> & ids) const {
        std::vector<double> y(kWidth, 0.0);
        for (const int j : ids) {
            const double first = activated(Activation::SiLU, reference_dot(gated ? gate : up, j, x));
            const double h = first * (gated ? reference_dot(up, j, x) : 1.0);
            for (int o = 0; o < kWidth; ++o) {
                y[static_cast<size_t>(o)] += h * down.at(o, j);
            }
        }
        return y;
    }

    bool gated;
    Matrix gate, up, down;
    std::vector<float> x;
    std::vector<uint8_t *> memory;
    sp_cuda_ffn ffn{};
    std::vector<sp_cuda_model *> models;
    int stream = 0; // any address but null
    char why[256] = "";
};

sp_decision threshold_of(float value, const float * weights = nullptr, uint64_t revision = 0) {
    return {SP_CATS, value, 0, weights, nullptr, 0, 0.5f, revision};
}
sp_decision list_of(const std::vector<int32_t> & ids, uint64_t revision = 0) {
    return {SP_GRIFFIN, 0.0f, 0, nullptr, ids.data(), static_cast<int>(ids.size()), 0.5f, revision};
}

void forms_and_counts(Checks & checks, bool gated) {
    Fixture fixture(0, gated);
    sp_cuda_model * model = fixture.model();
    sp_cuda_part * layer = fixture.layer(model, 1);
    checks.expect(layer != nullptr, fixture.why);
    std::vector<int32_t> all(kNeurons);
    for (int j = 0; j < kNeurons; ++j) {
        all[static_cast<size_t>(j)] = j;
    }
    checks.expect(norm_error(fixture.forward(layer), fixture.reference(all)) < 1e-4, "undecided: dense");
    sp_cuda_counts counts[2];
    fixture.configure(layer, {SP_TOPK, 0.0f, 10, nullptr, nullptr, 0, 0.1f, 0});
    fixture.forward(layer);
    checks.expect(sp_cuda_model_counts(model, counts), "counts");
    checks.expect(counts[0].all == 0, "a layer that is none has counts");
    checks.expect(counts[1].kept == 10 && counts[1].all == kNeurons && counts[1].boundary > 0.0f, "top ten");
    fixture.configure(layer, threshold_of(counts[1].boundary));
    fixture.forward(layer);
    sp_cuda_model_counts(model, counts);
    checks.expect(counts[1].kept == 10 && counts[1].boundary == 0.0f,
                  "the boundary as a threshold keeps the same");
    checks.expect(counts[1].skipped_energy > 0.0f && counts[1].skipped_energy < 1.0f, "skipped energy");
    const std::vector<int32_t> ids = {0, 5, 31, 32, 95};
    checks.expect(fixture.configure(layer, list_of(ids)), fixture.why);
    checks.expect(norm_error(fixture.forward(layer), fixture.reference(ids)) < 1e-4, "held list");
    sp_cuda_model_counts(model, counts);
    checks.expect(counts[1].kept == 5, "held count");
}

/// As the processor's selectors have it: K of the int8 scores, the lower index first.
std::vector<int32_t> quantised_top(const std::vector<float> & x, size_t k) {
    float largest = 0.0f;
    for (const float value : x) {
        largest = std::max(largest, std::fabs(value));
    }
    std::vector<int32_t> ids(x.size());
    for (size_t i = 0; i < x.size(); ++i) {
        ids[i] = static_cast<int32_t>(i);
    }
    const auto level = [&](int32_t i) {
        return std::rint(std::fabs(x[static_cast<size_t>(i)]) * (127.0f / largest));
    };
    std::stable_sort(ids.begin(), ids.end(), [&](int32_t a, int32_t b) { return level(a) > level(b); });
    ids.resize(k);
    std::sort(ids.begin(), ids.end());
    return ids;
}

void inputs_of_a_linear(Checks & checks) {
    Fixture fixture;
    sp_cuda_model * model = fixture.model();
    Random random(3);
    fixture.x = random_vector(kNeurons, random);
    const sp_cuda_matrix matrix = fixture.ffn.down;
    sp_cuda_part * ffn = fixture.layer(model, 0);
    sp_cuda_part * part = sp_cuda_linear_create(model, 1, &matrix, fixture.why, sizeof fixture.why);
    checks.expect(part != nullptr, fixture.why);
    checks.expect(part->planes == ffn->planes, "down has planes twice");
    const auto expected = [&](const std::vector<int32_t> & ids) {
        std::vector<double> y(kWidth, 0.0);
        for (const int i : ids) {
            for (int o = 0; o < kWidth; ++o) {
                y[static_cast<size_t>(o)] +=
                    fixture.down.at(o, i) * static_cast<double>(fixture.x[static_cast<size_t>(i)]);
            }
        }
        return y;
    };
    const auto skipped = [&](const std::vector<int32_t> & ids) {
        double all = 0.0, kept = 0.0;
        for (const float value : fixture.x) {
            all += value * value;
        }
        for (const int i : ids) {
            kept += fixture.x[static_cast<size_t>(i)] * fixture.x[static_cast<size_t>(i)];
        }
        return 1.0 - kept / all;
    };
    std::vector<int32_t> all(kNeurons);
    for (int i = 0; i < kNeurons; ++i) {
        all[static_cast<size_t>(i)] = i;
    }
    checks.expect(norm_error(fixture.forward(part), expected(all)) < 1e-5, "undecided: dense");

    const std::vector<int32_t> top = quantised_top(fixture.x, 40);
    sp_cuda_counts counts[2];
    fixture.configure(part, {SP_QSPARSE, 0.0f, 40, nullptr, nullptr, 0, 0.4f, 1});
    checks.expect(norm_error(fixture.forward(part), expected(top)) < 1e-5, "Q-Sparse keeps others");
    checks.expect(sp_cuda_model_counts(model, counts) && counts[1].kept == 40 && counts[1].all == kNeurons,
                  "counts");
    checks.expect(std::fabs(counts[1].skipped_energy - skipped(top)) < 1e-5,
                  "the skipped energy is not that of the inputs");

    fixture.configure(part, {SP_TOPK, 0.0f, 20, nullptr, nullptr, 0, 0.2f, 1});
    fixture.forward(part);
    sp_cuda_model_counts(model, counts);
    const float boundary = counts[1].boundary;
    checks.expect(counts[1].kept == 20 && boundary > 0.0f, "a learning pass");
    fixture.configure(part, {SP_TEAL, boundary, 0, nullptr, nullptr, 0, 0.2f, 1});
    const std::vector<float> by_threshold = fixture.forward(part);
    sp_cuda_model_counts(model, counts);
    checks.expect(counts[1].kept == 20 && counts[1].boundary == 0.0f, "the boundary keeps the same");

    std::vector<float> norms(kNeurons, 1.0f);
    norms[7] = 1e6f;
    fixture.configure(part, {SP_TEAL, 1e3f, 0, norms.data(), nullptr, 0, 0.2f, 2});
    checks.expect(norm_error(fixture.forward(part), expected({7})) < 1e-5, "the norms do not weigh");

    fixture.configure(part, {SP_BLOCK_QSPARSE, 0.0f, 3, nullptr, nullptr, 0, 0.1f, 2});
    fixture.forward(part);
    sp_cuda_model_counts(model, counts);
    checks.expect(counts[1].kept == 3 * kNeurons / 32, "three of every block");

    fixture.x[5] = std::nanf("");
    fixture.configure(part, {SP_TEAL, boundary, 0, nullptr, nullptr, 0, 0.2f, 2});
    checks.expect(std::isfinite(fixture.forward(part)[0]), "what is no number was kept");
}

void bad_linears(Checks & checks) {
    Fixture fixture;
    sp_cuda_model * model = fixture.model();
    const auto refused = [&](sp_cuda_matrix matrix, const char * words) {
        const bool made =
            sp_cuda_linear_create(model, 1, &matrix, fixture.why, sizeof fixture.why) != nullptr;
        checks.expect(!made && std::string(fixture.why).find(words) == 0, fixture.why);
    };
    sp_cuda_matrix matrix = fixture.ffn.down;
    matrix.type = GGML_TYPE_Q5_K;
    refused(matrix, "no CUDA kernel");
    matrix = fixture.ffn.down;
    matrix.ne1 = 40;
    refused(matrix, "the width");
    matrix = fixture.ffn.down;
    matrix.ne0 = 65536 + 32;
    refused(matrix, "more than");
    matrix = fixture.ffn.down;
    sp_cuda_part * part = sp_cuda_linear_create(model, 1, &matrix, fixture.why, sizeof fixture.why);
    for (const sp_decision & bad :
         {sp_decision{SP_TOPK, 0.0f, kNeurons + 1, nullptr, nullptr, 0, 1.0f, 0},
          sp_decision{SP_BLOCK_QSPARSE, 0.0f, 33, nullptr, nullptr, 0, 1.0f, 0},
          sp_decision{SP_TEAL, std::nanf(""), 0, nullptr, nullptr, 0, 0.5f, 0}, list_of({1, 2})}) {
        checks.expect(!fixture.configure(part, bad), "a bad decision was taken");
    }
}

void sums_of_dense_passes(Checks & checks, bool gated) {
    Fixture fixture;
    sp_cuda_model * model = fixture.model();
    sp_cuda_part * part =
        sp_cuda_observer_create(model, 1, &fixture.ffn.up, SP_ACT_SILU, fixture.why, sizeof fixture.why);
    checks.expect(part != nullptr, fixture.why);
    Random random(5);
    constexpr float kDecay = 0.9f;
    checks.expect(fixture.configure(part, {SP_NONE, kDecay, 0, nullptr, nullptr, 0, 1.0f, 0}), fixture.why);
    std::vector<double> expected(kNeurons, 0.0);
    int seen = 0;
    for (const int tokens : {7, 1, 40}) {
        const std::vector<float> up = random_vector(tokens * kNeurons, random);
        std::vector<float> gate = random_vector(tokens * kNeurons, random);
        if (tokens == 7) {
            gate[2 * kNeurons + 3] = std::nanf(""); // such a token teaches nothing
        }
        const sp_cuda_pass pass = {up.data(), gated ? gate.data() : nullptr, tokens, nullptr};
        sp_cuda_part_forward(part, &pass, &fixture.stream);
        for (double & each : expected) {
            each *= std::pow(static_cast<double>(kDecay), tokens);
        }
        for (int t = 0; t < tokens; ++t) {
            std::vector<double> z(kNeurons);
            double energy = 0.0;
            for (int j = 0; j < kNeurons; ++j) {
                const auto at = static_cast<size_t>(t * kNeurons + j);
                z[static_cast<size_t>(j)] = gated ? activated(Activation::SiLU, gate[at]) * up[at]
                                                  : activated(Activation::SiLU, up[at]);
                energy += z[static_cast<size_t>(j)] * z[static_cast<size_t>(j)];
            }
            for (int j = 0; std::isfinite(energy) && j < kNeurons; ++j) {
                expected[static_cast<size_t>(j)] +=
                    z[static_cast<size_t>(j)] * z[static_cast<size_t>(j)] / energy;
            }
        }
        seen += tokens;
    }
    sp_cuda_counts counts[2];
    checks.expect(sp_cuda_model_counts(model, counts) && counts[1].kept == seen && counts[1].all == kNeurons,
                  "tokens");
    std::vector<float> sums(kNeurons, -1.0f);
    float * out[] = {nullptr, sums.data()};
    checks.expect(sp_cuda_model_observed(model, out), "the sums were not handed out");
    checks.expect(norm_error(sums, expected) < 1e-5, "the sums are others");
    checks.expect(sp_cuda_model_counts(model, counts) && counts[1].kept == 0, "it did not begin anew");
    checks.expect(sp_cuda_model_observed(model, out) && sums == std::vector<float>(kNeurons, 0.0f),
                  "what was handed out is there again");
    checks.expect(!fixture.configure(part, {SP_NONE, 0.0f, 0, nullptr, nullptr, 0, 1.0f, 0}),
                  "a decay of nothing was taken");
}

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

void bad_decisions(Checks & checks) {
    Fixture fixture;
    sp_cuda_part * layer = fixture.layer(fixture.model());
    checks.expect(fixture.configure(layer, list_of({4, 9})), fixture.why);
    for (const std::vector<int32_t> & ids :
         std::vector<std::vector<int32_t>>{{}, {9, 4}, {4, 4}, {-1, 4}, {4, kNeurons}}) {
        checks.expect(!fixture.configure(layer, list_of(ids)), "a bad list was taken");
    }
    checks.expect(!fixture.configure(layer, threshold_of(std::nanf(""))), "NaN was taken");
    checks.expect(!fixture.configure(layer, {SP_TOPK, 0.0f, kNeurons + 1, nullptr, nullptr, 0, 1.0f, 0}),
                  "more than all were taken");
    checks.expect(norm_error(fixture.forward(layer), fixture.reference({4, 9})) < 1e-4,
                  "a refused decision changed the layer");
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
