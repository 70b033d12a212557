#include "engine.h"

#include "layout/gguf-source.h"
#include "model-columns.h"
#include "parallel.h"

#include <stdexcept>

namespace sparse_pilot {

Engine::Engine(int count, const Loader & load, const sp_engine_options & options)
    : layers_(static_cast<size_t>(count)) {
    forEachLayer(count, options, [&](int i) {
        Layer & layer = layers_[static_cast<size_t>(i)];
        const LoadedFfn loaded = load(i);
        layer.reason = loaded.reason.empty() ? whyNotSparse(loaded.weights) : loaded.reason;
        if (layer.reason.empty())
            layer.layout = std::make_unique<FfnLayout>(buildFfnLayout(loaded.weights, options));
    });
    for (const Layer & layer : layers_)
        if (layer.layout)
            return;
    throw std::runtime_error(layers_.empty() ? "the model has no layers" : layers_.front().reason);
}

Engine::~Engine() = default;

void Engine::buildColumns(const GgufSource & source, const sp_engine_options & options) {
    auto built = std::make_unique<const ModelColumns>(*this, source, options);
    const std::lock_guard<std::mutex> lock(columnsMutex_);
    if (!columns_)
        columns_ = std::move(built);
}

const ModelColumns * Engine::columns() const {
    const std::lock_guard<std::mutex> lock(columnsMutex_);
    return columns_.get();
}

uint64_t Engine::columnBytes() const { return columns() ? columns()->extraBytes() : 0; }

uint64_t Engine::extraBytes() const {
    uint64_t sum = columnBytes();
    for (const Layer & layer : layers_)
        sum += layer.layout ? layer.layout->extraBytes() : 0;
    return sum;
}

uint64_t Engine::sourceBytes() const {
    uint64_t sum = 0;
    for (const Layer & layer : layers_)
        sum += layer.layout ? layer.layout->sourceBytes : 0;
    return sum;
}

} // namespace sparse_pilot
