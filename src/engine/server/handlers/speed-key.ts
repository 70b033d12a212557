import { cpus } from 'node:os';
import type { ModelInfo } from '../../../contract/index.js';
import type { LoadedModel } from '../../host/loaded-model.js';
import type { Services } from '../services.js';

/** Under which the measured ratios of a model on this machine and build are remembered. */
export async function speedKey({ host }: Services, { info, threads }: LoadedModel): Promise<string> {
  const native = await host.build();
  const kernels = native.kind === 'own' ? `${native.version} ${native.simd}` : native.kind;
  return speedKeyOf(info, kernels, native.gpu === null ? null : (await host.gpu()).words, threads);
}

/** What the measured ratios of a model depend on. On a GPU they depend on which, and on how many layers it runs. */
export function speedKeyOf(
  { identity, gpuLayers }: Pick<ModelInfo, 'identity' | 'gpuLayers'>,
  kernels: string,
  gpu: string | null,
  threads: number,
): string {
  const onGpu = gpu === null || gpuLayers === 0 ? [] : [gpu, `${gpuLayers} layers`];
  return [identity.sha256, kernels, cpus()[0]?.model ?? '', threads, ...onGpu].join(' ');
}
