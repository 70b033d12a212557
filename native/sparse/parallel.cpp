#include "parallel.h"

#include <atomic>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace sparse_pilot {

void forEachLayer(int layers, const sp_engine_options & options, const std::function<void(int)> & build) {
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
    const auto work = [&](bool reports) {
        try {
            for (int i = next++; i < layers && !stop; i = next++) {
                build(i);
                ++done;
                if (!reports || options.progress == nullptr)
                    continue;
                if (!options.progress(static_cast<float>(done) / static_cast<float>(layers),
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
}

} // namespace sparse_pilot
