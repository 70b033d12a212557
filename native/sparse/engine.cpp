#include "engine.h"

#include "layout/gguf-source.h"

#include <atomic>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>

namespace sparse_pilot {

Engine::Engine(int count, const Loader & load, const sp_engine_options & options)
    : layers_(static_cast<size_t>(count)) {
    std::atomic<int> next{0}, done{0};
    std::atomic<bool> stop{false};
    std::mutex mutex;
    std::string failure;
    const auto fail = [&](const std::string & why) {
        const std::lock_guard<std::mutex> lock(mutex);
        if (failure.empty())
            failure = why;
        stop = true;
    };
    const auto build = [&](int i) {
        Layer & layer = layers_[static_cast<size_t>(i)];
        const LoadedFfn loaded = load(i);
        layer.reason = loaded.reason.empty() ? whyNotSparse(loaded.weights) : loaded.reason;
        if (layer.reason.empty())
            layer.layout = std::make_unique<FfnLayout>(buildFfnLayout(loaded.weights, options));
    };
    const auto work = [&](bool reports) {
        try {
            for (int i = next++; i < count && !stop; i = next++) {
                build(i);
                ++done;
                if (!reports || options.progress == nullptr)
                    continue;
                if (!options.progress(static_cast<float>(done) / static_cast<float>(count),
                                      options.progress_user))
                    fail("cancelled");
            }
        } catch (const std::bad_alloc &) {
            fail("not enough memory for the sparse layouts");
        } catch (const std::exception & error) {
            fail(error.what());
        }
    };
    std::vector<std::thread> helpers;
    for (int t = 1; t < options.n_threads; ++t)
        helpers.emplace_back(work, false);
    work(true);
    for (std::thread & helper : helpers)
        helper.join();
    if (!failure.empty())
        throw std::runtime_error(failure);
    for (const Layer & layer : layers_)
        if (layer.layout)
            return;
    throw std::runtime_error(layers_.empty() ? "the model has no layers" : layers_.front().reason);
}

uint64_t Engine::extraBytes() const {
    uint64_t sum = 0;
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
