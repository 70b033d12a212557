import type { GpuStatus } from '../../contract/gpu/index.js';

/** The tooltip's line about the GPU; none while no engine runs. */
export const gpuLines = (gpu: GpuStatus | undefined): readonly string[] =>
  gpu === undefined ? [] : [`GPU: ${gpu.words}`];
