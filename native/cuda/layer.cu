// The sparse parts of a model on GPUs, behind the plain C API.

#include "device/ffn-part.h"
#include "device/linear-part.h"
#include "device/observer-part.h"

using namespace sp::cuda;

namespace {

bool explain(char * why, size_t size, const std::string & reason) {
    if (why && size > 0) {
        std::snprintf(why, size, "%s", reason.c_str());
    }
    return reason.empty();
}

/// A part in its place, made by `make(device, why)`; null, with the reason, which is `refused` where that is
/// not null.
template <typename Make>
sp_cuda_part * placed(sp_cuda_model * model, int index, const void * weights, const char * refused,
                      char * why, size_t why_size, Make make) {
    if (index < 0 || static_cast<size_t>(index) >= model->parts.size() ||
        model->parts[static_cast<size_t>(index)] != nullptr) {
        explain(why, why_size, "there is no such layer to make");
        return nullptr;
    }
    if (refused != nullptr) {
        explain(why, why_size, refused);
        return nullptr;
    }
    const int device = device_of(weights);
    const DeviceGuard guard(device);
    std::string reason;
    std::unique_ptr<sp_cuda_part> part = make(device, reason);
    explain(why, why_size, reason);
    model->parts[static_cast<size_t>(index)] = part.get();
    return part.release();
}

sp_cuda_counts counts_of(const sp_cuda_part & part, const Outcome & outcome) {
    if (part.form == Form::Held) {
        return {part.control.held, part.all(), 0.0f, 0.0f};
    }
    const float energy = outcome.kept_energy + outcome.skipped_energy;
    return {outcome.kept, part.all(), energy > 0.0f ? outcome.skipped_energy / energy : 0.0f,
            part.form == Form::TopK ? outcome.boundary : 0.0f};
}

} // namespace

sp_cuda_model * sp_cuda_model_create(int parts) {
    auto model = std::make_unique<sp_cuda_model>();
    model->parts.resize(static_cast<size_t>(std::max(parts, 0)), nullptr);
    return model.release();
}

void sp_cuda_model_free(sp_cuda_model * model) { delete model; }

bool sp_cuda_model_send(sp_cuda_model * model) {
    bool done = true;
    for (auto & [device, board] : model->boards) {
        const DeviceGuard guard(device);
        done = board.send() && done;
    }
    return done;
}

bool sp_cuda_model_counts(sp_cuda_model * model, sp_cuda_counts * out) {
    std::fill_n(out, model->parts.size(), sp_cuda_counts{0, 0, 0.0f, 0.0f});
    for (auto & [device, board] : model->boards) {
        const DeviceGuard guard(device);
        const Outcome * outcomes = board.read();
        if (outcomes == nullptr) {
            return false;
        }
        for (size_t i = 0; i < model->parts.size(); ++i) {
            const sp_cuda_part * part = model->parts[i];
            if (part != nullptr && part->board == &board) {
                out[i] = counts_of(*part, outcomes[i]);
            }
        }
    }
    return true;
}

sp_cuda_part * sp_cuda_ffn_create(sp_cuda_model * model, int index, const sp_cuda_ffn * ffn, char * why,
                                  size_t why_size) {
    return placed(model, index, ffn->down.data, refusal(*ffn), why, why_size,
                  [&](int, std::string & reason) { return FfnPart::create(*model, index, *ffn, reason); });
}

sp_cuda_part * sp_cuda_linear_create(sp_cuda_model * model, int index, const sp_cuda_matrix * weights,
                                     char * why, size_t why_size) {
    return placed(
        model, index, weights->data, refusal(*weights), why, why_size,
        [&](int, std::string & reason) { return LinearPart::create(*model, index, *weights, reason); });
}

sp_cuda_part * sp_cuda_observer_create(sp_cuda_model * model, int index, const sp_cuda_matrix * weights,
                                       int activation, char * why, size_t why_size) {
    const char * refused = weights->ne1 <= 0 || !fits_the_lists(weights->ne1) ? kTooWide
                           : device_of(weights->data) == kNoDevice            ? kNotOneGpu
                                                                              : nullptr;
    return placed(model, index, weights->data, refused, why, why_size, [&](int device, std::string & reason) {
        return ObserverPart::create(*model, index, device, static_cast<int>(weights->ne1),
                                    activation_of(activation), reason);
    });
}

bool sp_cuda_model_observed(sp_cuda_model * model, float * const * out) {
    bool done = true;
    for (auto & [device, board] : model->boards) {
        const DeviceGuard guard(device);
        std::vector<std::pair<size_t, const float *>> sums;
        for (size_t i = 0; i < model->parts.size(); ++i) {
            sp_cuda_part * part = model->parts[i];
            if (part != nullptr && part->board == &board && out[i] != nullptr) {
                sums.emplace_back(i, part->take_sums(board.stream()));
            }
        }
        done = (sums.empty() || cudaStreamSynchronize(board.stream()) == cudaSuccess) && done;
        for (const auto & [i, from] : sums) {
            done = done && from != nullptr;
            std::copy_n(from, done ? model->parts[i]->all() : 0, out[i]);
        }
    }
    return done;
}

void sp_cuda_part_free(sp_cuda_part * part) {
    const DeviceGuard guard(part->device);
    part->model->parts[static_cast<size_t>(part->index)] = nullptr;
    delete part;
}

int sp_cuda_part_device(const sp_cuda_part * part) { return part->device; }

size_t sp_cuda_part_extra_bytes(const sp_cuda_part * part) { return part->extra_bytes; }

bool sp_cuda_part_configure(sp_cuda_part * part, const sp_decision * decision, char * why, size_t why_size) {
    const DeviceGuard guard(part->device);
    return explain(why, why_size, part->configure(*decision));
}

void sp_cuda_part_forward(sp_cuda_part * part, const sp_cuda_pass * pass, void * stream_pointer) {
    const Stream stream = static_cast<Stream>(stream_pointer);
    part->board->runs_on(stream);
    part->forward(*pass, stream);
}
