// The CUDA backend's side of a sparse node: patches/cuda-0001 sends GGML_OP_CUSTOM here.

#include "include/sparse-pilot-cuda.h"

#include "ggml-impl.h"
#include "ggml.h"

#include <cstring>

namespace {

const sp_cuda_node * node_of(const ggml_tensor * tensor) {
    ggml_custom_op_params params;
    std::memcpy(&params, tensor->op_params, sizeof params);
    const auto * node = static_cast<const sp_cuda_node *>(params.userdata);
    return node && node->magic == SP_CUDA_NODE_MAGIC ? node : nullptr;
}

} // namespace

bool sp_cuda_node_supported(const ggml_tensor * tensor, int device) {
    const auto readable = [](const ggml_tensor * of) {
        return of->type == GGML_TYPE_F32 && ggml_is_contiguous(of);
    };
    const sp_cuda_node * node = tensor->op == GGML_OP_CUSTOM ? node_of(tensor) : nullptr;
    return node && sp_cuda_part_device(node->part) == device && readable(tensor) && ggml_nrows(tensor) == 1 &&
           tensor->src[0] && readable(tensor->src[0]) && (!tensor->src[2] || readable(tensor->src[2]));
}

void sp_cuda_node_compute(ggml_tensor * tensor, void * stream) {
    const ggml_tensor * gate = tensor->src[2];
    const sp_cuda_pass pass = {static_cast<const float *>(tensor->src[0]->data),
                               gate ? static_cast<const float *>(gate->data) : nullptr,
                               static_cast<int>(ggml_nrows(tensor->src[0])),
                               static_cast<float *>(tensor->data)};
    sp_cuda_part_forward(node_of(tensor)->part, &pass, stream);
}

const sp_cuda_api * sp_cuda_get_api() {
    static const sp_cuda_api api = {sp_cuda_model_create,     sp_cuda_model_free,     sp_cuda_model_send,
                                    sp_cuda_model_counts,     sp_cuda_ffn_create,     sp_cuda_linear_create,
                                    sp_cuda_observer_create,  sp_cuda_model_observed, sp_cuda_part_free,
                                    sp_cuda_part_extra_bytes, sp_cuda_part_configure};
    return &api;
}
