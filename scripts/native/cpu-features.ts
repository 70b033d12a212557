import { readFileSync } from 'node:fs';

/** Instruction sets as ggml's CMake options name them, with the /proc/cpuinfo flags each one needs. */
const features: ReadonlyArray<readonly [option: string, flags: readonly string[]]> = [
  ['GGML_SSE42', ['sse4_2']],
  ['GGML_AVX', ['avx']],
  ['GGML_F16C', ['f16c']],
  ['GGML_FMA', ['fma']],
  ['GGML_AVX2', ['avx2']],
  ['GGML_BMI2', ['bmi2']],
  ['GGML_AVX512', ['avx512f', 'avx512cd', 'avx512vl', 'avx512dq', 'avx512bw']],
  ['GGML_AVX512_VBMI', ['avx512vbmi']],
  ['GGML_AVX512_VNNI', ['avx512_vnni']],
  ['GGML_AVX512_BF16', ['avx512_bf16']],
];

/**
 * CMake options for the instruction sets of the machine that `cpuinfo` (the text of /proc/cpuinfo) describes.
 * GGML_NATIVE would do this, but GGML_BACKEND_DL excludes it.
 */
export function cpuOptions(cpuinfo: string): string[] {
  const line = /^flags\s*:\s*(.*)$/m.exec(cpuinfo)?.[1] ?? '';
  const present = new Set(line.split(/\s+/));
  return features.map(
    ([option, flags]) => `-D${option}=${flags.every((f) => present.has(f)) ? 'ON' : 'OFF'}`,
  );
}

/** Options for this machine; empty where ggml's own defaults decide (anything but x86-64 Linux). */
export function thisMachinesCpuOptions(): string[] {
  if (process.platform !== 'linux' || process.arch !== 'x64') return [];
  return cpuOptions(readFileSync('/proc/cpuinfo', 'utf8'));
}
