/** Zeroed memory in huge pages where the system gives them (4 KiB pages cost 5-15% at random rows). */
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace sparse_pilot {

struct ReleasePages {
    size_t size = 0;
    void operator()(uint8_t * p) const;
};

class Arena {
  public:
    Arena() = default;
    /** 64 bytes behind the end may be read, too. Throws std::bad_alloc. */
    explicit Arena(size_t bytes);
    uint8_t * data() const { return memory_.get(); }
    size_t size() const { return size_; }

  private:
    std::unique_ptr<uint8_t, ReleasePages> memory_;
    size_t size_ = 0;
};

} // namespace sparse_pilot
