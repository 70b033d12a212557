import type { GpuStatus } from '../../contract/gpu/index.js';
import { reasonText } from '../engine/reason-text.js';

/** The tooltip's line about the GPU; none while no engine runs. */
export const gpuLines = (gpu: GpuStatus | undefined): readonly string[] =>
  gpu === undefined ? [] : [`GPU: ${reasonText(gpu.words)}`];
