#include "kernels/processor.h"
#include "kernels/tables.h"

#include <vector>

#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace sparse_pilot {

namespace {

#if defined(__aarch64__)
bool hasDotProducts() {
#if defined(__linux__)
    return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#elif defined(__APPLE__)
    return true; // every processor of Apple that runs macOS
#else
    return false;
#endif
}

bool hasMixedDotProducts() {
#if defined(__linux__) && defined(HWCAP2_I8MM)
    return (getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0;
#elif defined(__APPLE__)
    int has = 0;
    size_t size = sizeof(has);
    return sysctlbyname("hw.optional.arm.FEAT_I8MM", &has, &size, nullptr, 0) == 0 && has != 0;
#else
    return false;
#endif
}
#endif

std::vector<const KernelTable *> findTables() {
    std::vector<const KernelTable *> found;
#if defined(__x86_64__)
    const bool avx2 = hasAvx2() && __builtin_cpu_supports("bmi2");
    const bool avx512 = avx2 && hasAvx512() && __builtin_cpu_supports("avx512cd");
    if (avx512 && __builtin_cpu_supports("avx512vnni"))
        found.push_back(&tableAvx512Vnni());
    if (avx512)
        found.push_back(&tableAvx512());
    if (avx2)
        found.push_back(&tableAvx2());
#elif defined(__aarch64__)
    if (hasDotProducts() && hasMixedDotProducts())
        found.push_back(&tableNeonI8mm());
    if (hasDotProducts())
        found.push_back(&tableNeonDot());
    found.push_back(&tableNeon());
#endif
    found.push_back(&tableScalar());
    return found;
}

const std::vector<const KernelTable *> & allTables() {
    static const std::vector<const KernelTable *> tables = findTables();
    return tables;
}

} // namespace

const KernelTable & kernels() { return *allTables().front(); }

int availableKernels(const KernelTable * const ** tables) {
    *tables = allTables().data();
    return static_cast<int>(allTables().size());
}

} // namespace sparse_pilot
