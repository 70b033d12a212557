// The sparse parts of a model on GPUs, behind the plain C API.

#include "device/ffn-part.h"
#include "device/linear-part.h"

using namespace sp::cuda;

namespace {

bool explain(char * why, size_t size, const std::string & reason) {
    if (why && size > 0) {
        std::snprintf(why, size, "%s", reason.c_str());
    }
    return reason.empty();
}

/// A part of this description in its place; null, with the reason.
template <typename Part, typename Description>
sp_cuda_part * create(sp_cuda_model * model, int index, const Description & of, const void * weights,
                      char * why, size_t why_size) {
    if (index < 0 || static_cast<size_t>(index) >= model->parts.size() ||
        model->parts[static_cast<size_t>(index)] != nullptr) {
        explain(why, why_size, "there is no such layer to make");
        return nullptr;
    }
    if (const char * reason = refusal(of)) {
        explain(why, why_size, reason);
        return nullptr;
    }
    const DeviceGuard guard(device_of(weights));
    std::string reason;
    auto part = Part::create(*model, index, of, reason);
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
    return create<FfnPart>(model, index, *ffn, ffn->down.data, why, why_size);
}

sp_cuda_part * sp_cuda_linear_create(sp_cuda_model * model, int index, const sp_cuda_matrix * weights,
                                     char * why, size_t why_size) {
    return create<LinearPart>(model, index, *weights, weights->data, why, why_size);
}

void sp_cuda_part_free(sp_cuda_part * part) {
    const DeviceGuard guard(part->device);
    part->model->parts[static_cast<size_t>(part->index)] = nullptr;
    delete part;
}

size_t sp_cuda_part_extra_bytes(const sp_cuda_part * part) { return part->extra_bytes; }

bool sp_cuda_part_configure(sp_cuda_part * part, const sp_decision * decision, char * why, size_t why_size) {
    const DeviceGuard guard(part->device);
    return explain(why, why_size, part->configure(*decision));
}

void sp_cuda_part_forward(sp_cuda_part * part, const float * x, float * y, void * stream_pointer) {
    const Stream stream = static_cast<Stream>(stream_pointer);
    part->board->runs_on(stream);
    part->forward(x, y, stream);
}
