#include "batch-products.h"

#include "batch/product.h"
#include "ggml-backend.h"
#include "ggml.h"
#include "llama-graph-hook.h"

#include <algorithm>
#include <atomic>

namespace sparse_pilot {
namespace {

constexpr uint64_t batchKey = 2;

std::atomic<uint64_t> built = 0;

PanelShape shapeOf(const ggml_tensor * x) {
    return {static_cast<int>(x->ne[0] / panelBlock), static_cast<int>(x->ne[1])};
}

int share(int64_t count, int part, int parts) { return static_cast<int>(count * part / parts); }

constexpr int chunksPerThread = 8; // a thread that something else holds up leaves its rows to the others
constexpr int leastChunk = 16;

// Behind the panel lies the number of the next rows to be taken; the panel's node sets it to 0.
size_t counterOffset(const PanelShape & shape) { return (shape.bytes() + 63) / 64 * 64; }
size_t panelBytes(const PanelShape & shape) { return counterOffset(shape) + 64; }
std::atomic_ref<int32_t> counterOf(const ggml_tensor * panel, const PanelShape & shape) {
    auto * bytes = static_cast<uint8_t *>(panel->data);
    return std::atomic_ref<int32_t>(*reinterpret_cast<int32_t *>(bytes + counterOffset(shape)));
}

void computePanel(ggml_tensor * dst, int ith, int nth, void * kernel) {
    const ggml_tensor * x = dst->src[0];
    const PanelShape shape = shapeOf(x);
    if (ith == 0) {
        counterOf(dst, shape).store(0, std::memory_order_relaxed);
    }
    static_cast<const BatchKernel *>(kernel)->arrange(
        static_cast<const float *>(x->data), shape, share(shape.columns, ith, nth),
        share(shape.columns, ith + 1, nth), static_cast<uint8_t *>(dst->data));
}

void computeProduct(ggml_tensor * dst, int, int nth, void * kernel) {
    const ggml_tensor * w = dst->src[0];
    const ggml_tensor * panel = dst->src[1];
    const PanelShape shape = shapeOf(panel->src[0]);
    const auto rows = static_cast<int32_t>(w->ne[1]);
    const int32_t chunk = std::max(leastChunk, rows / (nth * chunksPerThread) / 4 * 4);
    const std::atomic_ref<int32_t> next = counterOf(panel, shape);
    while (true) {
        const int32_t begin = next.fetch_add(chunk, std::memory_order_relaxed);
        if (begin >= rows) {
            return;
        }
        static_cast<const BatchKernel *>(kernel)->multiply(
            static_cast<const uint8_t *>(w->data), begin, std::min(rows, begin + chunk), shape,
            static_cast<const uint8_t *>(panel->data), static_cast<float *>(dst->data),
            static_cast<size_t>(dst->ne[0]));
    }
}

bool isPlainMatrix(const ggml_tensor * w) {
    return w->buffer != nullptr && ggml_backend_buffer_is_host(w->buffer) && ggml_is_contiguous(w) &&
           ggml_n_dims(w) <= 2;
}

bool isShortBatch(const ggml_tensor * x) {
    return x->type == GGML_TYPE_F32 && ggml_is_contiguous(x) && x->ne[1] > 1 && x->ne[2] == 1 &&
           x->ne[3] == 1 && x->ne[0] % panelBlock == 0;
}

} // namespace

ggml_tensor * buildBatchProduct(ggml_context * ctx0, ggml_tensor * w, ggml_tensor * x) {
    const BatchKernel * kernel = batchKernel(w->type);
    if (kernel == nullptr || !isShortBatch(x) || !isPlainMatrix(w) || w->ne[0] != x->ne[0]) {
        return nullptr;
    }
    built++;
    auto * data = const_cast<BatchKernel *>(kernel); // ggml hands it back as it is
    ggml_tensor * columns[] = {x};
    ggml_tensor * panel = ggml_custom_4d(ctx0, GGML_TYPE_I8, static_cast<int64_t>(panelBytes(shapeOf(x))), 1,
                                         1, 1, columns, 1, computePanel, GGML_N_TASKS_MAX, data);
    ggml_tensor * factors[] = {w, panel};
    return ggml_custom_4d(ctx0, GGML_TYPE_F32, w->ne[1], x->ne[1], 1, 1, factors, 2, computeProduct,
                          GGML_N_TASKS_MAX, data);
}

uint64_t batchProductsBuilt() { return built; }

void useProducts(llama_context * ctx, Products products) {
    if (products == Products::upstream) {
        llama_set_graph_hook(ctx, nullptr);
        return;
    }
    const llama_graph_hook hook = {nullptr,
                                   [](ggml_context * ctx0, ggml_tensor * w, ggml_tensor * x, bool, void *) {
                                       return buildBatchProduct(ctx0, w, x);
                                   },
                                   nullptr, nullptr, batchKey};
    llama_set_graph_hook(ctx, &hook);
}

} // namespace sparse_pilot
