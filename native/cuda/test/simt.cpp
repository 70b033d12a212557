#include "simt.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <random>
#include <setjmp.h>
#include <ucontext.h>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#define SP_FIBER_ASAN 1
#endif

#if defined(__ELF__)
extern "C" {
// the linker's names for the ends of the section; absent in a program whose kernels share nothing
__attribute__((weak)) extern char __start_simt_shared[];
__attribute__((weak)) extern char __stop_simt_shared[];
}
#endif

namespace simt {
namespace {

constexpr size_t kStackBytes = 128 * 1024;
constexpr int kWarp = 32;

struct Fiber {
    ucontext_t start{}; // used once a block; afterwards jumps, which need no system call
    jmp_buf resume_at{};
    bool started = false;
    char * stack = nullptr;
    Thread view;
    bool done = false;
    void * fake_stack = nullptr;
};

struct Rendezvous {
    int waiting = 0;
    unsigned long generation = 0;
};

struct Warp {
    Rendezvous meeting;
    uint32_t slots[2][kWarp] = {};
    int parity = 0;
};

struct Block {
    std::vector<Fiber> fibers;
    std::vector<Warp> warps;
    Rendezvous barrier;
    jmp_buf scheduler{};
    size_t running = 0;
    bool progressed = false;
    const std::function<void()> * kernel = nullptr;
    const void * scheduler_stack = nullptr;
    size_t scheduler_stack_size = 0;
};

Block * active = nullptr;
Order order = Order::Forward;
std::mt19937 shuffle;

/// The numbers 0..count-1 as `order` has them.
void arrange(std::vector<size_t> & numbers, size_t count) {
    numbers.resize(count);
    std::iota(numbers.begin(), numbers.end(), size_t{0});
    if (order == Order::Reversed) {
        std::reverse(numbers.begin(), numbers.end());
    } else if (order == Order::Random) {
        std::shuffle(numbers.begin(), numbers.end(), shuffle);
    }
}

/// Also between variables, where a sanitizer keeps its distance: those bytes mean nothing.
__attribute__((no_sanitize("address"))) void poison_shared_memory() {
#if defined(__ELF__)
    for (volatile char * byte = __start_simt_shared; byte != __stop_simt_shared; ++byte) {
        *byte = static_cast<char>(0xcd);
    }
#endif
}

/// Stacks outlive a launch: getting fresh pages from the system every time would be most of the run.
char * stack_of(size_t index) {
    static std::vector<std::unique_ptr<char[]>> stacks;
    while (stacks.size() <= index) {
        stacks.push_back(std::make_unique<char[]>(kStackBytes));
    }
    return stacks[index].get();
}

Fiber & self() { return active->fibers[active->running]; }

void yield() {
    Fiber & fiber = self();
#ifdef SP_FIBER_ASAN
    __sanitizer_start_switch_fiber(&fiber.fake_stack, active->scheduler_stack, active->scheduler_stack_size);
#endif
    if (_setjmp(fiber.resume_at) == 0) {
        _longjmp(active->scheduler, 1);
    }
#ifdef SP_FIBER_ASAN
    __sanitizer_finish_switch_fiber(fiber.fake_stack, &active->scheduler_stack,
                                    &active->scheduler_stack_size);
#endif
}

/// Waits until `size` fibers have arrived.
void meet(Rendezvous & at, int size) {
    const unsigned long generation = at.generation;
    active->progressed = true;
    if (++at.waiting == size) {
        at.waiting = 0;
        ++at.generation;
        return;
    }
    while (at.generation == generation) {
        yield();
    }
}

void fiber_main() {
#ifdef SP_FIBER_ASAN
    __sanitizer_finish_switch_fiber(nullptr, &active->scheduler_stack, &active->scheduler_stack_size);
#endif
    (*active->kernel)();
    self().done = true;
    active->progressed = true;
#ifdef SP_FIBER_ASAN
    __sanitizer_start_switch_fiber(nullptr, active->scheduler_stack, active->scheduler_stack_size);
#endif
    _longjmp(active->scheduler, 1);
}

void resume(Block & block, size_t index) {
    Fiber & fiber = block.fibers[index];
    block.running = index;
#ifdef SP_FIBER_ASAN
    void * fake = nullptr;
    __sanitizer_start_switch_fiber(&fake, fiber.stack, kStackBytes);
#endif
    if (_setjmp(block.scheduler) == 0) {
        if (fiber.started) {
            _longjmp(fiber.resume_at, 1);
        }
        fiber.started = true;
        setcontext(&fiber.start);
    }
#ifdef SP_FIBER_ASAN
    __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
}

void run_block(Block & block) {
    std::vector<size_t> turns;
    for (size_t left = block.fibers.size(); left > 0;) {
        block.progressed = false;
        arrange(turns, block.fibers.size());
        for (const size_t i : turns) {
            if (!block.fibers[i].done) {
                resume(block, i);
                left -= block.fibers[i].done ? 1 : 0;
            }
        }
        if (!block.progressed) {
            std::fprintf(stderr, "simt: deadlock: some threads of a block wait where others never come\n");
            std::abort();
        }
    }
}

/// Sets a fiber to the start of the kernel.
__attribute__((noinline)) void arm(Fiber & fiber, const Thread & view) {
    fiber.done = false;
    fiber.started = false;
    fiber.view = view;
    getcontext(&fiber.start);
    fiber.start.uc_stack.ss_sp = fiber.stack;
    fiber.start.uc_stack.ss_size = kStackBytes;
    fiber.start.uc_link = nullptr;
    makecontext(&fiber.start, fiber_main, 0);
}

} // namespace

const Thread & current() { return self().view; }
int lane() { return static_cast<int>(current().thread.x % kWarp); }
void sync_threads() { meet(active->barrier, static_cast<int>(active->fibers.size())); }

void sync_warp() { meet(active->warps[current().thread.x / kWarp].meeting, kWarp); }

uint32_t exchange(uint32_t bits, int source) {
    Warp & warp = active->warps[current().thread.x / kWarp];
    const int parity = warp.parity;
    warp.slots[parity][lane()] = bits;
    const unsigned long generation = warp.meeting.generation;
    meet(warp.meeting, kWarp);
    if (warp.meeting.generation == generation + 1 && warp.parity == parity) {
        warp.parity =
            1 -
            parity; // the first to leave flips; nobody can meet again before all have written the other slots
    }
    return warp.slots[parity][source & (kWarp - 1)];
}

unsigned ballot(bool predicate) {
    unsigned result = 0;
    Warp & warp = active->warps[current().thread.x / kWarp];
    const int parity = warp.parity;
    exchange(predicate ? 1u : 0u, 0);
    for (int i = 0; i < kWarp; ++i) {
        result |= (warp.slots[parity][i] & 1u) << i;
    }
    return result;
}

void set_order(Order wanted, unsigned seed) {
    order = wanted;
    shuffle.seed(seed);
}

void launch(Dim grid, Dim block, const std::function<void()> & kernel) {
    Block state;
    state.kernel = &kernel;
    state.fibers = std::vector<Fiber>(block.x);
    for (size_t i = 0; i < state.fibers.size(); ++i) {
        state.fibers[i].stack = stack_of(i);
    }
    Block * outer = active;
    active = &state;
    std::vector<size_t> blocks;
    arrange(blocks, static_cast<size_t>(grid.x) * grid.y);
    for (const size_t b : blocks) {
        const Dim index{static_cast<unsigned>(b % grid.x), static_cast<unsigned>(b / grid.x), 0};
        state.warps.assign((block.x + kWarp - 1) / kWarp, Warp{});
        state.barrier = Rendezvous{};
        poison_shared_memory();
        for (unsigned t = 0; t < block.x; ++t) {
            arm(state.fibers[t], Thread{{t, 0, 0}, index, block, grid});
        }
        run_block(state);
    }
    active = outer;
}

float half_bits_to_float(uint16_t bits) {
    const uint32_t sign = static_cast<uint32_t>(bits & 0x8000u) << 16;
    const int exponent = (bits >> 10) & 31;
    const uint32_t mantissa = bits & 0x3ffu;
    if (exponent == 0) {
        const float value = std::ldexp(static_cast<float>(mantissa), -24);
        return sign != 0 ? -value : value;
    }
    if (exponent == 31) {
        return bits_to_float(sign | 0x7f800000u | (mantissa << 13));
    }
    return bits_to_float(sign | (static_cast<uint32_t>(exponent + 112) << 23) | (mantissa << 13));
}

} // namespace simt
