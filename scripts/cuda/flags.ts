/**
 * What nvcc is told for device code, wherever it is compiled: the release's library is ggml's own CMake target, and these are
 * that target's flags (ggml/src/ggml-cuda/CMakeLists.txt). native/cuda/gpu/CMakeLists.txt takes them from the target itself.
 */
export const deviceFlags: readonly string[] = ['-std=c++17', '-O3', '-use_fast_math', '-extended-lambda'];

/** Code for exactly these compute capabilities. */
export const codeFor = (architectures: readonly string[]): string[] =>
  architectures.flatMap((a) => ['-gencode', `arch=compute_${a},code=sm_${a}`]);
