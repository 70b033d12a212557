import type { EngineErrorCode } from './errors.js';
import type { ModelIdentity } from './generation.js';
import type { GpuStatus } from './gpu/status.js';
import type { QualityStatus } from './quality.js';
import type { SelectorAvailability } from './sparsity.js';

/** Which native build is loaded. `stock` is node-llama-cpp's prebuilt one: dense only, with the reason. */
export type NativeBuild =
  | { readonly kind: 'own'; readonly version: string; readonly simd: string; readonly gpu: string | null }
  | { readonly kind: 'stock'; readonly reason: string; readonly gpu: string | null };

export interface EngineInfo {
  readonly protocolVersion: number;
  readonly pid: number;
  readonly native: NativeBuild;
  readonly gpu: GpuStatus;
  readonly threads: number;
  readonly totalMemory: number;
}

export interface LoadModelRequest {
  readonly path: string;
  /** Catalogue id, or the file's name for a local file. */
  readonly id: string;
  /** Tokens of one sequence. 0: the model's own length, as far as memory allows. Default 8192, at most the model's own. */
  readonly contextSize?: number;
  readonly threads?: number;
  /** -1 (default): as many as fit; 0: CPU only. */
  readonly gpuLayers?: number;
  /** Share of those layers that go on the GPU, 0..1. Default 1; less after the engine died with them. */
  readonly gpuShare?: number;
  /** Check the file's hash against this before loading. */
  readonly expectedSha256?: string;
  /** Extra memory for the sparse layouts may be used. Default true. */
  readonly sparseLayouts?: boolean;
  /** Minutes without a request after which the weights leave memory (the next request loads them again). 0 or absent: never. */
  readonly idleUnloadMinutes?: number;
  /**
   * `first-use`: the first three times a model is loaded on this machine, what each selector gains is measured in the background
   * (about 3 s, completion and chat go first) and told as `measuredRatio`, the median of what was measured so far; later loads, and
   * those after a bench, take it from a cache. Default `none`.
   */
  readonly probe?: 'first-use' | 'none';
}

/** What the engine knows of the loaded model. */
export interface ModelInfo {
  readonly identity: ModelIdentity;
  readonly name: string;
  readonly parameters: number;
  readonly layers: number;
  readonly contextSize: number;
  readonly trainedContextSize: number;
  readonly weightBytes: number;
  readonly extraMemoryBytes: number;
  readonly gpuLayers: number;
  readonly fim: boolean;
  readonly chat: boolean;
  /** Why completion is refused for this model (no roll-back of its cache, ...); absent when it works. */
  readonly completionRefused?: string;
  readonly selectors: readonly SelectorAvailability[];
  /** Steps taken because of memory (fewer GPU layers, CPU, smaller context), in words; empty when none. */
  readonly stepDowns: readonly string[];
}

/** `checking`: the file's hash is computed, which happens once a file. `weights`: they are brought into memory. */
export const loadSteps = ['checking', 'weights'] as const;
export type LoadStep = (typeof loadSteps)[number];

export type EngineState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'no-model' }
  | {
      readonly kind: 'loading';
      readonly path: string;
      /** 0..1 of the step. */
      readonly progress: number;
      readonly step: LoadStep;
    }
  | { readonly kind: 'ready'; readonly model: ModelInfo }
  | {
      readonly kind: 'working';
      readonly model: ModelInfo;
      readonly sequence: 'completion' | 'chat' | 'measurement';
    }
  | { readonly kind: 'unloaded'; readonly reason: 'idle' | 'asked' }
  | {
      readonly kind: 'error';
      readonly message: string;
      readonly nextStep?: string;
      readonly code?: EngineErrorCode;
    };

/** How long live samples are kept and plotted, milliseconds. */
export const liveWindowMs = 5 * 60_000;

/** A sample for the live plots, sent while generating (at most 10 a second). */
export interface LiveSample {
  readonly time: number;
  readonly tokensPerSecond: number;
  readonly firstTokenMs: number | null;
  readonly density: number;
  readonly densityPerLayer: readonly number[];
  readonly drafted: number;
  readonly accepted: number;
  readonly rollbacks: number;
  /** KL divergence of the last dense probe, nats; null when none was made. */
  readonly drift: number | null;
  readonly residentBytes: number;
  readonly threads: number;
  /** Absent without a GPU. */
  readonly vramBytes?: number;
  /** What the quality controller does; absent while none is asked for. */
  readonly quality?: QualityStatus;
}
