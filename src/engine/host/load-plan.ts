import type { LoadModelRequest } from '../../contract/engine-info.js';

/** One way to load a model, and what it gives up, in words. */
export interface LoadAttempt {
  /** Null: as many layers as fit. */
  readonly gpuLayers: number | null;
  /** A range: the largest for which there is memory. */
  readonly contextSize: number | { readonly min: number; readonly max: number };
  readonly step: string | null;
}

export const defaultContextSize = 8192;
const smallestContext = 512;

/**
 * The order in which loading is tried when memory runs out: as asked, half of the GPU layers, the CPU alone, then smaller contexts.
 * @param layers layers of the model
 * @param hasGpu whether a GPU backend is loaded
 */
export function loadPlan(
  request: Pick<LoadModelRequest, 'contextSize' | 'gpuLayers' | 'gpuShare'>,
  layers: number,
  trainedContext: number,
  hasGpu: boolean,
): readonly LoadAttempt[] {
  const asked = request.gpuLayers ?? -1;
  const longest = trainedContext > 0 ? trainedContext : Infinity;
  const asMuchAsFits = request.contextSize === 0 && trainedContext > smallestContext;
  const contextSize = Math.max(smallestContext, Math.min(request.contextSize || defaultContextSize, longest));
  const gpuLayers = hasGpu ? layersOnGpu(asked, layers, request.gpuShare ?? 1) : 0;
  const first: LoadAttempt = {
    gpuLayers,
    contextSize: asMuchAsFits ? { min: smallestContext, max: trainedContext } : contextSize,
    step: null,
  };
  return [first, ...fewerLayers(first, layers), ...smallerContexts(contextSize)];
}

/** Null: as many as fit. All layers are one more than the model has: the output counts. */
function layersOnGpu(asked: number, layers: number, share: number): number | null {
  if (share >= 1) return asked < 0 ? null : Math.min(asked, layers + 1);
  return Math.floor((asked < 0 ? layers : Math.min(asked, layers + 1)) * share);
}

function fewerLayers(first: LoadAttempt, layers: number): readonly LoadAttempt[] {
  if (first.gpuLayers === 0) return [];
  const half = Math.floor((first.gpuLayers ?? layers) / 2);
  const onCpu: LoadAttempt = {
    gpuLayers: 0,
    contextSize: first.contextSize,
    step: 'the GPU has too little memory: the model runs on the CPU',
  };
  if (half === 0) return [onCpu];
  return [
    {
      gpuLayers: half,
      contextSize: first.contextSize,
      step: `the GPU has too little memory: only ${half} of ${layers} layers run on it`,
    },
    onCpu,
  ];
}

function smallerContexts(contextSize: number): readonly LoadAttempt[] {
  const attempts: LoadAttempt[] = [];
  for (let size = Math.floor(contextSize / 2); size >= smallestContext; size = Math.floor(size / 2))
    attempts.push({
      gpuLayers: 0,
      contextSize: size,
      step: `too little memory: the context was reduced from ${contextSize} to ${size} tokens`,
    });
  return attempts;
}
