/** Work shared between threads of which one may be held up: most of it fixed, the rest for whoever is free.
 */
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

namespace sparse_pilot {

/** Begin and end in a row of work. */
struct Range {
    size_t begin;
    size_t end;
};

/**
 * How a row of work is cut for some threads: an even share each, the last quarter of every share in pieces.
 * The cuts depend on nothing else, so that sums by piece repeat bit for bit, whoever computes them.
 */
struct Cuts {
    /** Of a share's sixteenths. */
    static constexpr int pieces = 4;
    /** Below this much to read for a share, passing pieces on costs more than waiting for a late thread. */
    static constexpr size_t leastBytes = size_t{384} << 10;

    size_t length;
    int threads;

    bool inPieces(size_t bytes) const {
        return threads > 1 && bytes >= leastBytes * static_cast<size_t>(threads);
    }
    Range share(int thread) const { return {sixteenth(thread, 0), sixteenth(thread, 16)}; }
    Range fixed(int thread) const { return {sixteenth(thread, 0), sixteenth(thread, 16 - pieces)}; }
    Range piece(int thread, int i) const {
        return {sixteenth(thread, 16 - pieces + i), sixteenth(thread, 17 - pieces + i)};
    }

  private:
    size_t sixteenth(int thread, int i) const {
        const size_t t = static_cast<size_t>(thread), all = static_cast<size_t>(threads);
        const size_t begin = length * t / all, end = length * (t + 1) / all;
        return begin + (end - begin) * static_cast<size_t>(i) / 16;
    }
};

/** Which pieces of which thread's share have been taken. */
class Takings {
  public:
    static constexpr int mostThreads = 64;

    struct Piece {
        int owner; /**< -1: none is left */
        int index;
    };

    /** A thread's own pieces first, in order, then those of the threads after it. */
    Piece take(int thread, int threads) {
        for (int i = 0; i < threads; ++i) {
            const int owner = (thread + i) % threads;
            std::atomic<int> & count = taken_[static_cast<size_t>(owner)].count;
            if (count.load(std::memory_order_relaxed) >= Cuts::pieces)
                continue;
            const int index = count.fetch_add(1, std::memory_order_relaxed);
            if (index < Cuts::pieces)
                return {owner, index};
        }
        return {-1, 0};
    }
    /** Only while no thread takes; a barrier must lie between. */
    void reset(int threads) {
        for (int t = 0; t < threads; ++t)
            taken_[static_cast<size_t>(t)].count.store(0, std::memory_order_relaxed);
    }

  private:
    struct alignas(64) Count {
        std::atomic<int> count{0};
    };
    std::array<Count, mostThreads> taken_;
};

/** What one thread is to do next. */
struct Part {
    Range range;
    size_t reachable;     /**< how far the thread is likely to go on from here */
    Takings::Piece piece; /**< owner -1: not a piece */
};

/** Calls `work` with each part that this thread comes to do. All threads must say the same of `inPieces`. */
template <typename Work>
void eachPart(Takings & takings, const Cuts & cuts, int thread, bool inPieces, Work work) {
    const Range share = cuts.share(thread);
    work(Part{inPieces ? cuts.fixed(thread) : share, share.end, {-1, 0}});
    if (!inPieces)
        return;
    for (auto at = takings.take(thread, cuts.threads); at.owner >= 0; at = takings.take(thread, cuts.threads))
        work(Part{cuts.piece(at.owner, at.index), cuts.share(at.owner).end, at});
}

} // namespace sparse_pilot
