#pragma once
// What the parts of a model have in common, whatever they compute: their place on a GPU's board, their
// memory, the form that the last decision asked for.

#include "../include/cuda-policy.h"
#include "../include/sparse-pilot-cuda.h"
#include "board.h"
#include "planes-store.h"

#include "ggml.h"
#include "sparse-pilot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct sp_cuda_model {
    std::map<int, sp::cuda::Board> boards; // by device
    std::vector<sp_cuda_part *> parts;     // null where there is none
};

struct sp_cuda_part {
    sp_cuda_model * model = nullptr;
    int index = 0;
    int device = 0;
    sp::cuda::Board * board = nullptr;
    size_t extra_bytes = 0;
    std::shared_ptr<sp::cuda::SharedPlanes> planes;
    sp::cuda::Scratch scratch{};
    sp::cuda::Form form = sp::cuda::Form::Dense; // without a decision a pass keeps everything
    sp::cuda::Control control{};

    sp_cuda_part() = default;
    virtual ~sp_cuda_part() = default;
    sp_cuda_part(const sp_cuda_part &) = delete;
    sp_cuda_part & operator=(const sp_cuda_part &) = delete;

    /// Neurons, or inputs.
    virtual int all() const = 0;
    /// Why it refused; empty when it takes the decision.
    virtual std::string configure(const sp_decision & decision) = 0;
    virtual void forward(const sp_cuda_pass & pass, sp::cuda::Stream stream) = 0;
    /// Of an observer: enqueues its sums to the host, where they lie after the stream's next wait, and lets
    /// it begin anew.
    virtual const float * take_sums(sp::cuda::Stream) { return nullptr; }

    const sp::cuda::Control * numbers() const { return board->control(index); }
    /// Part of the next send.
    void set(const sp::cuda::Control & wanted) {
        if (wanted.threshold != control.threshold || wanted.k != control.k || wanted.held != control.held) {
            control = wanted;
            board->set(index, wanted);
        }
    }
};

namespace sp::cuda {

inline std::optional<WeightType> weight_type_of(int type) {
    switch (type) {
    case GGML_TYPE_Q4_0:
        return WeightType::Q4_0;
    case GGML_TYPE_Q8_0:
        return WeightType::Q8_0;
    case GGML_TYPE_Q4_K:
        return WeightType::Q4_K;
    case GGML_TYPE_Q6_K:
        return WeightType::Q6_K;
    case GGML_TYPE_F16:
        return WeightType::F16;
    case GGML_TYPE_BF16:
        return WeightType::BF16;
    default:
        return std::nullopt;
    }
}

inline Activation activation_of(int activation) {
    switch (activation) {
    case SP_ACT_GELU:
        return Activation::GELU;
    case SP_ACT_RELU:
        return Activation::ReLU;
    case SP_ACT_RELU_SQR:
        return Activation::ReLU2;
    default:
        return Activation::SiLU;
    }
}

constexpr const char * kNoKernel = "no CUDA kernel for this quantisation";
constexpr const char * kNoRoom = "not enough GPU memory for the sparse layout";
constexpr const char * kOddWidth = "the width is no multiple of 32";
constexpr const char * kTooWide = "more than 65,536 neurons";
constexpr const char * kNotOneGpu = "the weights are not in one GPU's memory";
constexpr const char * kOutOfRange = "the threshold or the count is out of range";

inline bool fits_the_lists(int64_t n) { return n <= static_cast<int64_t>(kMaxChunks) * kChunk; }

/// Null when there is no room.
inline Board * board_of(sp_cuda_model & model, int device) {
    const auto known = model.boards.find(device);
    if (known != model.boards.end()) {
        return &known->second;
    }
    Board & board = model.boards[device];
    if (!board.create(static_cast<int>(model.parts.size()))) {
        model.boards.erase(device);
        return nullptr;
    }
    return &board;
}

/// The matrix whose columns a part skips: [outputs] rows of `inputs`.
struct ColumnsWanted {
    const void * weights;
    WeightType type;
    int outputs;
    int inputs;
    size_t others; // bytes that the part takes besides
};

/// Gives a part its place, the planes of its columns and its scratch memory. On the current device. Why not,
/// or empty.
inline std::string settle(sp_cuda_part & part, sp_cuda_model & model, int index, int device,
                          const ColumnsWanted & wanted) {
    part.model = &model;
    part.index = index;
    part.device = device;
    part.board = board_of(model, device);
    if (part.board == nullptr) {
        return kNoRoom;
    }
    const size_t scratch_bytes = part.board->scratch_bytes(wanted.outputs, wanted.inputs);
    std::string why;
    part.planes = planes_store().get(wanted.weights, wanted.type, wanted.outputs, wanted.inputs,
                                     wanted.others + scratch_bytes, part.board->width(), why);
    if (!part.planes) {
        return why;
    }
    part.extra_bytes = wanted.others + (part.planes.use_count() == 1 ? part.planes->bytes : 0);
    const auto [memory, offsets] = part.board->scratch(wanted.outputs, wanted.inputs, part.extra_bytes);
    if (memory == nullptr) {
        return kNoRoom;
    }
    part.scratch = scratch_at(memory, offsets);
    part.scratch.outcome = part.board->outcome(index);
    part.board->set(index, part.control);
    return "";
}

/// Enqueues `now` when it is other than `before`.
template <typename T, typename Device>
bool sent(StagedArray<Device> & to, std::vector<T> & before, const T * now, size_t count, Stream stream) {
    if (before.size() == count && std::equal(now, now + count, before.begin())) {
        return true;
    }
    std::copy_n(now, count, to.edit());
    before.assign(now, now + count);
    return to.send(count, stream);
}

} // namespace sp::cuda
