#include "batch-products.h"

#include "attention/attention.h"
#include "batch/product.h"
#include "ggml-backend.h"
#include "ggml.h"
#include "llama-graph-hook.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace sparse_pilot {
namespace {

constexpr uint64_t batchKey = 2;

std::atomic<uint64_t> built = 0;
std::atomic<int> fewest = alikeTokens;

void note(int columns) {
    for (int known = fewest; columns < known && !fewest.compare_exchange_weak(known, columns);) {
    }
}

PanelShape shapeOf(const ggml_tensor * x) {
    return {static_cast<int>(x->ne[0] / panelBlock), static_cast<int>(x->ne[1])};
}

int share(int64_t count, int part, int parts) { return static_cast<int>(count * part / parts); }

constexpr int chunksPerThread = 8; // a thread that something else holds up leaves its rows to the others
constexpr int leastChunk = 16;
constexpr int rowsAtATime = 8; // a multiple of every kernel's step

// Products of the same columns share a panel: q, k and v, or gate and up. Behind the panel lies, for each of
// them, the number of the next rows to be taken; the panel's node sets them to 0.
constexpr int mostSharers = 4;
constexpr size_t line = 64;

// What a product's node is told. The weights are not among its sources: upstream's scheduler would ask the
// buffers that rearrange weights whether they know this operation.
struct Product {
    const BatchKernel * kernel;
    const ggml_tensor * weights;
    int index; // among those that share the panel
};

size_t countersOffset(const BatchKernel & kernel, const PanelShape & shape) {
    return (kernel.panelBytes(shape) + line - 1) / line * line;
}
size_t panelBytes(const BatchKernel & kernel, const PanelShape & shape) {
    return countersOffset(kernel, shape) + mostSharers * line;
}
std::atomic_ref<int32_t> counterOf(const ggml_tensor * panel, const BatchKernel & kernel, int index) {
    uint8_t * counters = static_cast<uint8_t *>(panel->data) + countersOffset(kernel, shapeOf(panel->src[0]));
    return std::atomic_ref<int32_t>(
        *reinterpret_cast<int32_t *>(counters + static_cast<size_t>(index) * line));
}

void computePanel(ggml_tensor * dst, int ith, int nth, void * user) {
    const auto & kernel = *static_cast<const BatchKernel *>(user);
    const ggml_tensor * x = dst->src[0];
    const PanelShape shape = shapeOf(x);
    if (ith == 0) {
        for (int index = 0; index < mostSharers; index++) {
            counterOf(dst, kernel, index).store(0, std::memory_order_relaxed);
        }
    }
    kernel.arrange(static_cast<const float *>(x->data), shape, share(shape.columns, ith, nth),
                   share(shape.columns, ith + 1, nth), static_cast<uint8_t *>(dst->data));
}

void computeProduct(ggml_tensor * dst, int, int nth, void * user) {
    const auto & product = *static_cast<const Product *>(user);
    const ggml_tensor * panel = dst->src[0];
    const PanelShape shape = shapeOf(panel->src[0]);
    const auto rows = static_cast<int32_t>(product.weights->ne[1]);
    const int32_t chunk = std::max(leastChunk, rows / (nth * chunksPerThread) / rowsAtATime * rowsAtATime);
    const std::atomic_ref<int32_t> next = counterOf(panel, *product.kernel, product.index);
    while (true) {
        const int32_t begin = next.fetch_add(chunk, std::memory_order_relaxed);
        if (begin >= rows) {
            return;
        }
        product.kernel->multiply(static_cast<const uint8_t *>(product.weights->data), begin,
                                 std::min(rows, begin + chunk), shape,
                                 static_cast<const uint8_t *>(panel->data), static_cast<float *>(dst->data),
                                 static_cast<size_t>(dst->ne[0]));
    }
}

// How the weights lie in memory; nullopt where only upstream can read them.
std::optional<RowOrder> orderOf(const ggml_tensor * w) {
    if (w->buffer == nullptr || !ggml_is_contiguous(w) || ggml_n_dims(w) > 2) {
        return std::nullopt;
    }
    if (ggml_backend_buffer_is_host(w->buffer)) {
        return RowOrder::file;
    }
    // rows of eight are what upstream rearranges these types to wherever our kernels for them run (AVX2)
    const char * buffer = ggml_backend_buft_name(ggml_backend_buffer_get_type(w->buffer));
    const bool rearranged = std::strcmp(buffer, "CPU_REPACK") == 0 && w->ne[1] % 8 == 0;
    return rearranged ? std::optional(RowOrder::eights) : std::nullopt;
}

bool isFewColumns(const ggml_tensor * x, const BatchKernel & kernel) {
    return x->type == GGML_TYPE_F32 && ggml_is_contiguous(x) && x->ne[1] >= 1 &&
           x->ne[1] <= kernel.mostColumns && x->ne[2] == 1 && x->ne[3] == 1 && x->ne[0] % kernel.block == 0;
}

// The panel that the graph being built made last, and who shares it.
struct LastPanel {
    uint64_t graph = 0;
    const ggml_tensor * x = nullptr;
    const BatchKernel * kernel = nullptr;
    ggml_tensor * panel = nullptr;
    int sharers = 0;
};
thread_local LastPanel lastPanel;

// Graphs are kept and run again, so a product lives on. The same weights in the same place are the same
// product, whichever graph asks.
const Product * productOf(const BatchKernel * kernel, const ggml_tensor * w, int index) {
    static std::mutex mutex;
    static std::map<std::pair<const ggml_tensor *, int>, Product> all;
    const std::lock_guard lock(mutex);
    Product & product = all[{w, index}];
    product = {kernel, w, index};
    return &product;
}

ggml_tensor * panelOf(ggml_context * ctx0, ggml_tensor * x, const BatchKernel * kernel) {
    LastPanel & last = lastPanel;
    const uint64_t graph = llama_graph_hook_graph();
    const bool same = last.graph == graph && last.x == x && last.kernel->arrange == kernel->arrange;
    if (!same || last.sharers == mostSharers) {
        ggml_tensor * columns[] = {x};
        auto * user = const_cast<BatchKernel *>(kernel); // ggml hands it back as it is
        const auto bytes = static_cast<int64_t>(panelBytes(*kernel, shapeOf(x)));
        ggml_tensor * panel = ggml_custom_4d(ctx0, GGML_TYPE_I8, bytes, 1, 1, 1, columns, 1, computePanel,
                                             GGML_N_TASKS_MAX, user);
        last = {graph, x, kernel, panel, 0};
    }
    return last.panel;
}

} // namespace

ggml_tensor * buildBatchProduct(ggml_context * ctx0, ggml_tensor * w, ggml_tensor * x) {
    const std::optional<RowOrder> order = orderOf(w);
    const BatchKernel * kernel = order ? batchKernel(w->type, *order) : nullptr;
    if (kernel == nullptr || w->ne[0] != x->ne[0]) {
        return nullptr;
    }
    note(kernel->mostColumns);
    if (!isFewColumns(x, *kernel)) {
        return nullptr;
    }
    built++;
    ggml_tensor * panel[] = {panelOf(ctx0, x, kernel)};
    auto * product = const_cast<Product *>(productOf(kernel, w, lastPanel.sharers++)); // handed back as it is
    return ggml_custom_4d(ctx0, GGML_TYPE_F32, w->ne[1], x->ne[1], 1, 1, panel, 1, computeProduct,
                          GGML_N_TASKS_MAX, product);
}

void prepareAttention(ggml_tensor * attention) {
    constexpr int kernelAddress = 12; // patch 0003, as are the next two
    constexpr int chunksInTurns = 14;
    constexpr int rowsAlike = 15;
    const int64_t tokens = attention->src[0]->ne[1];
    if (tokens > alikeTokens) {
        return;
    }
    attention->op_params[rowsAlike] = tokens > 1;
    const AttentionKernel kernel = attentionKernel(attention);
    std::memcpy(attention->op_params + kernelAddress, &kernel, sizeof(kernel));
    attention->op_params[chunksInTurns] = kernel != nullptr;
}

uint64_t batchProductsBuilt() { return built; }

int batchProductsAlike() { return fewest; }

void useProducts(llama_context * ctx, Products products) {
    if (products == Products::upstream) {
        llama_set_graph_hook(ctx, nullptr);
        return;
    }
    llama_graph_hook hook = {};
    hook.build_linear = [](ggml_context * ctx0, ggml_tensor * w, ggml_tensor * x, bool, void *) {
        return buildBatchProduct(ctx0, w, x);
    };
    hook.attention = [](ggml_tensor * attention, void *) { prepareAttention(attention); };
    hook.key = batchKey;
    llama_set_graph_hook(ctx, &hook);
}

} // namespace sparse_pilot
