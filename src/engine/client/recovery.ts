import type { LoadModelRequest } from '../../contract/engine-info.js';

/** What the client was doing with the model when the engine died. */
export type CrashPhase = 'loading' | 'running';

/** A load request made gentler, and why, in words. */
export interface Recovery {
  readonly load: LoadModelRequest;
  /** Start the engine on node-llama-cpp's stock build instead of ours. */
  readonly stockBuild: boolean;
  readonly step: string | null;
}

const smallContext = 2_048;

/**
 * How to load the model again after a crash. A first crash while running retries the same; crashes while loading, or in a row,
 * step down: half of the GPU layers, the CPU alone, a smaller context, then the stock dense build.
 */
export function recover(load: LoadModelRequest, phase: CrashPhase, crashes: number): Recovery {
  const severity = phase === 'loading' ? crashes : crashes - 1;
  const usesGpu = load.gpuLayers !== 0;
  if (severity <= 0) return { load, stockBuild: false, step: null };
  if (usesGpu)
    return {
      load: { ...load, gpuLayers: 0 },
      stockBuild: severity >= 3,
      step: 'the model runs on the CPU now, because the engine died using the GPU settings',
    };
  if (severity <= 2 && (load.contextSize || Infinity) > smallContext)
    return {
      load: { ...load, contextSize: smallContext, sparseLayouts: false },
      stockBuild: false,
      step: `the context was reduced to ${smallContext} tokens, because the engine died with a larger one`,
    };
  return {
    load,
    stockBuild: true,
    step: 'the stock dense build is used now, because the patched engine died repeatedly',
  };
}
