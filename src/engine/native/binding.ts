import type { LoopBinding } from '../correction/binding.js';
import type { SelectorId } from '../../contract/index.js';

/** The native context object of node-llama-cpp's binding (`LlamaContext._ctx`). Opaque: only passed back to native functions. */
export type ContextHandle = object;

/**
 * What the next decodes of a context are. `plain`: upstream's graph and nothing else, what a speed is compared with; `dense`:
 * also what the selector observes; `sparse` takes effect in decodes of exactly one token.
 */
export type Pass = 'plain' | 'dense' | 'sparse';

/** Whose kernels multiply weights: upstream's, or ours for one token and short batches, which give the same bits sooner. */
export type Products = 'upstream' | 'batch';

/** Sparse layouts of one model, shared by the contexts they are attached to. Opaque; freed when nothing refers to it. */
export interface EngineHandle {
  readonly kind?: 'sparse-pilot engine';
}

/** A loaded sparsity profile. Opaque. */
export interface ProfileHandle {
  readonly kind?: 'sparse-pilot profile';
}

/**
 * Our functions on the exports of llama-addon.node. Thin: arguments are checked and errors thrown, but nothing is locked;
 * {@link SparseContext} and `withContext` are the guarded form. Functions on a context throw when it is disposed.
 */
export interface NativeBinding extends LoopBinding {
  /**
   * Evaluates `tokens` at `position` of `sequence`, `step` at a time (1: token by token), and returns the logits of all of
   * them: `tokens.length` rows of one vocabulary each. Rejects when decoding fails. `products`: default upstream's.
   */
  spEvaluateLogits(
    context: ContextHandle,
    sequence: number,
    position: number,
    tokens: Uint32Array,
    step: number,
    products?: Products,
  ): Promise<Float32Array>;
  /** Greedy decoding of `count` tokens, one at a time, beginning with `token` at `position`; for measurements. */
  spDecodeGreedy(
    context: ContextHandle,
    sequence: number,
    position: number,
    token: number,
    count: number,
    products?: Products,
  ): Promise<GreedyDecode>;
  /** Drops the cells of `sequence` from `position` on. False when the cache cannot (recurrent models). */
  spTruncateSequence(context: ContextHandle, sequence: number, position: number): boolean;
  /** How many decodes of the context took over the graph of the one before. */
  spGraphReuses(context: ContextHandle): number;
  /** How many products of several tokens with our kernels this process has put into graphs; 0 where there are no kernels. */
  spBatchProducts(): number;
  /** Compares two equally long arrays of logits rows. */
  spCompareLogits(p: Float32Array, q: Float32Array, vocabulary: number): LogitsComparison;

  /** The kernels chosen for this machine: `avx512-vnni`, `avx512`, `avx2`, `neon-i8mm`, `neon-dot`, `neon` or `scalar`. */
  spSimdName(): string;
  /** Builds the sparse layouts of a GGUF file. `onProgress` gets 0..1. `done` rejects with the reason. */
  spOpenEngine(
    path: string,
    threads: number,
    ownGate: boolean,
    onProgress: (done: number) => void,
  ): { readonly done: Promise<EngineHandle>; readonly cancel: () => void };
  spEngineInfo(engine: EngineHandle): EngineInfo;
  /**
   * Adds what selectors of a linear's input need: a copy of every linear by input channel, from the engine's own file. Nothing
   * happens when it is there. `onProgress` gets 0..1. `done` rejects with the reason.
   */
  spBuildColumns(
    engine: EngineHandle,
    path: string,
    threads: number,
    onProgress: (done: number) => void,
  ): { readonly done: Promise<void>; readonly cancel: () => void };

  /** @throws when the layouts belong to another model, or something is attached already. */
  spAttach(context: ContextHandle, engine: EngineHandle): void;
  spDetach(context: ContextHandle): void;
  /** Makes a sequence's settings the ones that the next decodes run under. */
  spSelect(context: ContextHandle, sequence: number): void;
  /** What the next decodes are, whatever the settings. */
  spSetPass(context: ContextHandle, pass: Pass): void;
  spConfigure(context: ContextHandle, sequence: number, settings: SparseSettings): void;
  /** Forgets masks and statistics of a sequence; settings and profile stay. */
  spReset(context: ContextHandle, sequence: number): void;
  /** A new request that begins with the sequence's first `kept` cells: a fixed mask may be drawn anew from its prompt. */
  spBeginRequest(context: ContextHandle, sequence: number, kept: number): void;
  spCounters(context: ContextHandle, sequence: number): SparseCounters;
  spDecision(context: ContextHandle, sequence: number, layer: number): SparseDecision;
  spClearCounters(context: ContextHandle, sequence: number): void;
  /** The input channels that the last sparse pass of a linear kept, ascending; empty when it is dense. */
  spKeptInputs(context: ContextHandle, sequence: number, layer: number, role: number): Int32Array;

  /** @throws with the reason when the file is refused (damaged, of another model, newer). */
  spOpenProfile(path: string, modelSha256: string): ProfileHandle;
  spSetProfile(context: ContextHandle, sequence: number, profile: ProfileHandle | null): void;
  /** From now on the dense passes of this sequence feed the calibration. */
  spCalibrationBegin(context: ContextHandle, sequence: number): void;
  spCalibrationWrite(
    context: ContextHandle,
    sequence: number,
    path: string,
    modelSha256: string,
    extra: CalibrationExtra,
  ): void;
}

export interface GreedyDecode {
  readonly tokens: Uint32Array;
  readonly milliseconds: number;
}

/** One element a row. */
export interface LogitsComparison {
  /** KL(p || q), nats. */
  readonly kl: Float64Array;
  /** 1 where both rows have the same most likely token. */
  readonly sameTop: Uint8Array;
}

export interface EngineInfo {
  readonly layers: number;
  /** Of each layer: null when it has layouts, otherwise why it stays dense. */
  readonly denseReasons: readonly (string | null)[];
  /** Of each layer: the FFN's width; 0 without layouts. */
  readonly neurons: readonly number[];
  /** Bytes of all layouts. */
  readonly extraBytes: number;
  /** Of those, what `spBuildColumns` added. */
  readonly columnBytes: number;
  readonly ffnBytes: number;
}

export interface SparseSettings {
  readonly selector: Exclude<SelectorId, 'predictor'>;
  /** Target density, 0 < density <= 1. */
  readonly density: number;
  readonly denseLayers?: Int32Array;
  /** A target for each layer instead of `density`. */
  readonly layerDensity?: Float32Array;
  /** Rolling statistics: factor per dense token, 0 < decay <= 1. Default 0.98. */
  readonly decay?: number;
  /** Thresholds follow the measured density. Default true; false is CATS as published. */
  readonly hold?: boolean;
  /** Selectors of a linear's input compare |x_i| * ||W[:,i]|| (WINA) instead of |x_i|. Default false. */
  readonly weightNorm?: boolean;
}

/** The native `sp_linear_role`, in its order. */
export const linearRoles = [
  'attn_q',
  'attn_k',
  'attn_v',
  'attn_qkv',
  'attn_output',
  'ffn_gate',
  'ffn_up',
  'ffn_down',
] as const;
export type LinearRole = (typeof linearRoles)[number];

/** Means over the sparse passes since the counters were cleared; one element a layer. */
export interface SparseCounters {
  readonly passes: Float64Array;
  readonly density: Float64Array;
  /** Weight bytes read per pass, counted by the kernels. */
  readonly bytes: Float64Array;
  /** Weight bytes that a dense pass reads in their place. */
  readonly denseBytes: Float64Array;
  readonly skippedEnergy: Float64Array;
  /** Why the layer ran dense when a sparse pass was last built; null when it was sparse. */
  readonly denseReasons: readonly (string | null)[];
  /** Mean skipped energy of the last pass. */
  readonly risk: number;
  /** Memory of GPUs that the context's sparse layouts took so far, in bytes. */
  readonly gpuBytes: number;
}

/** What the next sparse pass of a layer keeps. */
export interface SparseDecision {
  readonly active: boolean;
  /** The neurons of a fixed mask, ascending; empty for rules that decide token by token. */
  readonly ids: Int32Array;
}

export interface QualityPoint {
  readonly selector: Exclude<SelectorId, 'predictor'>;
  readonly density: number;
  /** Nats. */
  readonly kl: number;
}

export interface CalibrationExtra {
  readonly layerSensitivity?: Float32Array;
  readonly curve?: readonly QualityPoint[];
}

const functionNames = [
  'SpCostTable',
  'SpGeneration',
  'spEvaluateLogits',
  'spDecodeGreedy',
  'spTruncateSequence',
  'spCompareLogits',
  'spGraphReuses',
  'spBatchProducts',
  'spDecision',
  'spBeginRequest',
  'spSimdName',
  'spOpenEngine',
  'spEngineInfo',
  'spBuildColumns',
  'spKeptInputs',
  'spAttach',
  'spDetach',
  'spSelect',
  'spSetPass',
  'spConfigure',
  'spReset',
  'spCounters',
  'spClearCounters',
  'spOpenProfile',
  'spSetProfile',
  'spCalibrationBegin',
  'spCalibrationWrite',
] as const satisfies readonly (keyof NativeBinding)[];

/** Names of our functions that `exports` lacks. */
export function missingFunctions(exports: object): string[] {
  return functionNames.filter((name) => typeof Reflect.get(exports, name) !== 'function');
}

export function isNativeBinding(exports: object): exports is NativeBinding {
  return missingFunctions(exports).length === 0;
}
