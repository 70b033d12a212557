/** What this x86 processor can do, in the steps that kernels are compiled for. */
#pragma once

#if defined(__x86_64__)

namespace sparse_pilot {

/** AVX2 with FMA and half-precision conversions. */
inline bool hasAvx2() {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}

/** AVX-512 F, BW, DQ and VL as well. */
inline bool hasAvx512() {
    return hasAvx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

} // namespace sparse_pilot

#endif
