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

/** One thing given up. */
interface Step {
  readonly change: Partial<LoadModelRequest>;
  readonly words: string;
}

/** What a load can give up, the least missed first. */
function gentler(load: LoadModelRequest, gpu: boolean): readonly Step[] {
  const steps: Step[] = [];
  if (load.sparseLayouts !== false)
    steps.push({
      change: { sparseLayouts: false },
      words: 'the sparse layouts are left out and everything runs dense, because the engine died with them',
    });
  if (gpu && load.gpuLayers !== 0) {
    steps.push({
      change: { gpuShare: 0.5 },
      words: 'half of the GPU layers run on the CPU now, because the engine died with all of them',
    });
    steps.push({
      change: { gpuLayers: 0 },
      words: 'the model runs on the CPU now, because the engine died using the GPU settings',
    });
  }
  if ((load.contextSize || Infinity) > smallContext)
    steps.push({
      change: { contextSize: smallContext },
      words: `the context was reduced to ${smallContext} tokens, because the engine died with a larger one`,
    });
  return steps;
}

/**
 * How to load the model again after a crash. A first crash while running retries the same; crashes while loading, or in a row,
 * step down: no sparse layouts, half of the GPU layers, the CPU alone, a smaller context, then the stock dense build.
 * @param gpu whether the engine that died had a GPU
 */
export function recover(load: LoadModelRequest, phase: CrashPhase, crashes: number, gpu: boolean): Recovery {
  const severity = phase === 'loading' ? crashes : crashes - 1;
  if (severity <= 0) return { load, stockBuild: false, step: null };
  const all = gentler(load, gpu);
  const taken = all.slice(0, severity);
  const changed = taken.reduce((before, { change }) => ({ ...before, ...change }), load);
  const stockBuild = severity > all.length;
  return {
    load: changed,
    stockBuild,
    step: stockBuild
      ? 'the stock dense build is used now, because the patched engine died repeatedly'
      : (taken.at(-1)?.words ?? null),
  };
}
