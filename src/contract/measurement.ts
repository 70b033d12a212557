import type { CorrectionRequest } from './correction.js';
import type { DrafterId, Mode, SelectorId } from './modes.js';
import type { GenerateResult } from './generation.js';
import type { SparsityRequest } from './sparsity.js';

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly message: string;
}

/** A point of the speed/quality plane. KL in nats against dense, top-1 agreement 0..1, on held-out code. */
export interface BenchRow {
  readonly selector: SelectorId;
  readonly form: 'token' | 'fixed' | 'rolling';
  readonly density: number;
  readonly tokensPerSecond: number;
  readonly ratio: number;
  /** Interquartile range of the paired ratios. */
  readonly ratioSpread: number;
  readonly bytesPerToken: number;
  /** Measured gain over the gain that the bytes alone would give. */
  readonly ceilingShare: number;
  readonly kl: number;
  readonly top1: number;
  readonly perplexity: number;
  readonly extraMemoryBytes: number;
  /** Why it is off on this machine, or null. */
  readonly off: string | null;
}

export interface BenchReport {
  readonly model: string;
  readonly threads: number;
  readonly dense: { readonly tokensPerSecond: number; readonly perplexity?: number };
  readonly rows: readonly BenchRow[];
}

export interface CorrectionRow {
  readonly workload: 'edit' | 'completion' | 'prose';
  readonly mode: Mode;
  readonly drafter: DrafterId | 'auto';
  readonly ratio: number;
  readonly ratioSpread: number;
  readonly agreement: number;
  readonly aal: number;
  readonly epd: number;
  readonly drafted: number;
  readonly accepted: number;
  readonly verifies: number;
  readonly rollbacks: number;
  readonly predictedRatio: number;
}

export interface CorrectionReport {
  readonly model: string;
  readonly threads: number;
  readonly rows: readonly CorrectionRow[];
}

export interface SweepRequest {
  readonly selectors?: readonly SelectorId[];
  readonly densities?: readonly number[];
  /** Held-out text to measure quality on; the built-in code sample when absent. */
  readonly text?: string;
  /** Tokens evaluated a point. Default 256. */
  readonly tokens?: number;
  /** Interleaved repetitions of the timing. Default 5. */
  readonly runs?: number;
}

export interface CalibrateRequest {
  readonly folder: string;
  /** Default 20000. */
  readonly tokens?: number;
}

export interface CalibrateResult {
  readonly profilePath: string;
  readonly files: number;
  readonly tokens: number;
  readonly before: readonly { readonly density: number; readonly kl: number }[];
  readonly after: readonly { readonly density: number; readonly kl: number }[];
}

export interface CompareSide {
  readonly sparsity: SparsityRequest;
  readonly correction: CorrectionRequest;
}

export interface CompareResult {
  readonly left: GenerateResult;
  readonly right: GenerateResult;
}
