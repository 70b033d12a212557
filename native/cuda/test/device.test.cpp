// layer.cu itself, in the emulator, on a stand-in for the CUDA runtime: what it takes, where, what it
// enqueues and when it waits.

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
            for (sp_cuda_layer * layer : std::vector<sp_cuda_layer *>(model->layers)) {
                if (layer != nullptr) {
                    sp_cuda_layer_free(layer);
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
    sp_cuda_layer * layer(sp_cuda_model * of, int index = 0) {
        why[0] = 0;
        return sp_cuda_layer_create(of, index, &ffn, why, sizeof why);
    }
    bool configure(sp_cuda_layer * layer, const sp_decision & decision) {
        return sp_cuda_layer_configure(layer, &decision, why, sizeof why) && sp_cuda_model_send(layer->model);
    }
    std::vector<float> forward(sp_cuda_layer * layer) {
        std::vector<float> y(kWidth, -1.0f);
        sp_cuda_layer_forward(layer, x.data(), y.data(), &stream);
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
    sp_cuda_layer * layer = fixture.layer(model, 1);
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
    checks.expect(counts[0].neurons == 0, "a layer that is none has counts");
    checks.expect(counts[1].kept == 10 && counts[1].neurons == kNeurons && counts[1].boundary > 0.0f,
                  "top ten");
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

void compact_form(Checks & checks) {
    Fixture fixture;
    sp_cuda_layer * layer = fixture.layer(fixture.model());
    const std::vector<int32_t> ids = {1, 2, 40, 90};
    fixture.configure(layer, list_of(ids));
    const size_t row = fixture.gate.bytes.size() / kNeurons;
    std::vector<uint8_t> gate(row * ids.size()), up(row * ids.size());
    sp_cuda_layer_gather(layer, gate.data(), up.data());
    std::vector<float> h(ids.size()), y(kWidth);
    for (size_t i = 0; i < ids.size(); ++i) {
        const auto same = [&](const Matrix & of, const std::vector<uint8_t> & copy) {
            return std::equal(copy.begin() + static_cast<long>(row * i),
                              copy.begin() + static_cast<long>(row * (i + 1)),
                              of.bytes.begin() + static_cast<long>(row) * ids[i]);
        };
        checks.expect(same(fixture.gate, gate) && same(fixture.up, up), "a gathered row differs");
        h[i] =
            static_cast<float>(activated(Activation::SiLU, reference_dot(fixture.gate, ids[i], fixture.x)) *
                               reference_dot(fixture.up, ids[i], fixture.x));
    }
    sp_cuda_layer_down(layer, h.data(), y.data(), &fixture.stream);
    checks.expect(norm_error(y, fixture.reference(ids)) < 1e-4, "down of the list");
}

void one_copy_each_way(Checks & checks) {
    Fixture fixture;
    sp_cuda_model * model = fixture.model();
    sp_cuda_layer * layers[] = {fixture.layer(model, 0), fixture.layer(model, 1)};
    const std::vector<float> weights(kNeurons, 2.0f);
    const auto token = [&](float threshold, uint64_t revision) {
        for (sp_cuda_layer * layer : layers) {
            const sp_decision decision = threshold_of(threshold, weights.data(), revision);
            sp_cuda_layer_configure(layer, &decision, fixture.why, sizeof fixture.why);
        }
        sp_cuda_model_send(model);
        for (sp_cuda_layer * layer : layers) {
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
    sp_cuda_layer * layer = fixture.layer(model);
    checks.expect(layer != nullptr && machine.at(layer->planes->memory.get())->device == 1,
                  "planes elsewhere");
    checks.expect(machine.at(layer->held_ids.device())->device == 1, "the list is elsewhere");
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
    sp_cuda_layer * first = fixture.layer(fixture.model());
    sp_cuda_layer * second = fixture.layer(fixture.model());
    checks.expect(first->planes == second->planes, "the same matrix has two planes");
    checks.expect(sp_cuda_layer_extra_bytes(second) < sp_cuda_layer_extra_bytes(first),
                  "shared planes are counted twice");
    sp_cuda_layer_free(first);
    checks.expect(!second->planes->memory == false, "planes went with their first layer");
    // another model's weights at the same address
    std::memset(fixture.memory[2], 0x11, fixture.down.bytes.size());
    sp_cuda_layer * third = fixture.layer(fixture.model());
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
    sp_cuda_layer * layer = fixture.layer(fixture.model());
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

} // namespace

int main() {
    Checks checks;
    checks.run("every form, and its counts", [&] { forms_and_counts(checks, true); });
    checks.run("every form of an FFN without a gate", [&] { forms_and_counts(checks, false); });
    checks.run("compact form", [&] { compact_form(checks); });
    checks.run("a token takes one copy each way", [&] { one_copy_each_way(checks); });
    checks.run("several GPUs", [&] { several_gpus(checks); });
    checks.run("memory budget", [&] { budget(checks); });
    checks.run("planes are shared", [&] { planes_are_shared(checks); });
    checks.run("a refused launch", [&] { a_refused_launch(checks); });
    checks.run("bad decisions", [&] { bad_decisions(checks); });
    return checks.finish();
}
