#include "layout/arena.h"

#include <new>

#ifdef __linux__
#include <sys/mman.h>
#else
#include <cstring>
#endif

namespace sparse_pilot {

namespace {
constexpr size_t hugePage = size_t{2} << 20;
constexpr size_t slack = 64;
} // namespace

#ifdef __linux__

Arena::Arena(size_t bytes) : size_(bytes) {
    if (bytes == 0)
        return;
    const size_t mapped = (bytes + slack + hugePage - 1) / hugePage * hugePage;
    void * p = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        throw std::bad_alloc();
    madvise(p, mapped, MADV_HUGEPAGE);
    memory_ = std::unique_ptr<uint8_t, ReleasePages>(static_cast<uint8_t *>(p), ReleasePages{mapped});
}

void ReleasePages::operator()(uint8_t * p) const { munmap(p, size); }

#else

Arena::Arena(size_t bytes) : size_(bytes) {
    if (bytes == 0)
        return;
    void * p = ::operator new (bytes + slack, std::align_val_t{4096});
    std::memset(p, 0, bytes + slack);
    memory_ = std::unique_ptr<uint8_t, ReleasePages>(static_cast<uint8_t *>(p), ReleasePages{bytes});
}

void ReleasePages::operator()(uint8_t * p) const { ::operator delete (p, std::align_val_t{4096}); }

#endif

} // namespace sparse_pilot
