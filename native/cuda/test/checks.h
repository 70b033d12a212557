#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

namespace sp::cuda::test {

/// Counts cases; a case fails with a message. `finish` prints "N passed, N failed" and gives the exit code.
class Checks {
  public:
    void run(const std::string & name, const std::function<void()> & body) {
        failures_.clear();
        body();
        if (failures_.empty()) {
            ++passed_;
            return;
        }
        ++failed_;
        std::printf("FAILED %s\n", name.c_str());
        for (const std::string & failure : failures_) {
            std::printf("    %s\n", failure.c_str());
        }
    }
    void expect(bool holds, const std::string & message) {
        if (!holds && failures_.size() < 5) {
            failures_.push_back(message);
        }
    }
    /// `say` makes the message, only where it is needed: some loops expect millions of things.
    template <typename Say, typename = std::enable_if_t<std::is_invocable_v<Say>>>
    void expect(bool holds, const Say & say) {
        if (!holds) {
            expect(false, std::string(say()));
        }
    }
    int finish() const {
        std::printf("%d passed, %d failed\n", passed_, failed_);
        return failed_ == 0 && passed_ > 0 ? 0 : 1;
    }

  private:
    int passed_ = 0;
    int failed_ = 0;
    std::vector<std::string> failures_;
};

} // namespace sp::cuda::test
