import type { DrafterId, Mode, SelectorId } from './modes.js';

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly message: string;
}

/** What measures in the background, and the building of layouts that a selector needs at its first use. */
export type MeasuringTask = 'sweep' | 'calibrate' | 'layouts';

/** Progress of one of them: both may be asked for at once. */
export interface MeasuringProgress extends Progress {
  readonly task: MeasuringTask;
}

/** A gain below this ratio to dense is not worth any loss: such a setting is off on this machine. */
export const leastGain = 1.03;

/**
 * A selector in another form than the usual: `published` is CATS with thresholds that stay as calibrated, `weight-norm` a selector of a
 * linear's input that weighs channels by the norm of their weights (WINA).
 */
export type BenchVariant = 'published' | 'weight-norm';

/** A point of the speed/quality plane. KL in nats against dense, top-1 agreement 0..1, on held-out code. */
export interface BenchRow {
  readonly selector: SelectorId;
  readonly form: 'token' | 'fixed' | 'rolling';
  /** Absent: the usual form. */
  readonly variant?: BenchVariant;
  readonly density: number;
  readonly tokensPerSecond: number;
  /** Tokens/s over those of Dense, which gives upstream's bits by our kernels. */
  readonly ratio: number;
  /** Interquartile range of the paired ratios. */
  readonly ratioSpread: number;
  /** Tokens/s over those of upstream's own decoding; absent in measurements of former versions. */
  readonly stockRatio?: number;
  /** Weight bytes read per sparse token: the model's, less what the kernels counted as not read. */
  readonly bytesPerToken: number;
  /**
   * `ratio` over what the bytes alone promise (bytes of a dense token / bytes of a sparse one). 1: all of it; above: our kernels are
   * faster at the same bytes than those of Dense; 0 where speed was not measured.
   */
  readonly ceilingShare: number;
  readonly kl: number;
  readonly top1: number;
  readonly perplexity: number;
  /** Bytes of the layouts that this selector needs. */
  readonly extraMemoryBytes: number;
  /** Why it is off on this machine, or null. */
  readonly off: string | null;
}

export interface BenchReport {
  readonly model: string;
  readonly threads: number;
  readonly dense: { readonly tokensPerSecond: number; readonly perplexity?: number };
  /** Upstream's own decoding, timed in the same turns. */
  readonly stock?: { readonly tokensPerSecond: number };
  readonly rows: readonly BenchRow[];
  /** Selectors asked for that do not run on this model, and why. */
  readonly refused?: readonly RefusedSelector[];
}

export interface RefusedSelector {
  readonly selector: SelectorId;
  readonly reason: string;
}

export interface CorrectionRow {
  readonly workload: 'edit' | 'completion' | 'prose';
  readonly mode: Mode;
  readonly drafter: DrafterId | 'auto';
  /** Tokens/s over those of Dense. */
  readonly ratio: number;
  readonly ratioSpread: number;
  /** Tokens/s over those of upstream's own decoding. */
  readonly stockRatio: number;
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
  /** Also measure the other forms of selectors that have some ({@link BenchVariant}). Default false. */
  readonly variants?: boolean;
  /** Held-out text to measure quality on; the built-in code sample when absent. */
  readonly text?: string;
  /** Tokens evaluated a point. Default 256. */
  readonly tokens?: number;
  /** Tokens of text before those, evaluated densely as a prompt is. Default 64. */
  readonly promptTokens?: number;
  /** Interleaved repetitions of the timing; 0: loss only (tokensPerSecond and ratio are 0 then). Default 5. */
  readonly runs?: number;
  /**
   * Which selectors' KV cells are re-evaluated densely every 16 tokens, as checks do in Balanced mode: that of the rolling form, which
   * takes its mask from them (default), or all.
   */
  readonly checks?: 'rolling' | 'all';
  /** A sparsity profile to measure with, or null for none; the one in use when absent. */
  readonly profile?: string | null;
}

export interface CalibrateRequest {
  readonly folder: string;
  /** Default 20000. */
  readonly tokens?: number;
  /** What is read: source code (default), or prose (.md, .rst, .txt). */
  readonly reads?: 'code' | 'prose';
  /** Where the profile is written, and then not put to use; absent: the model's own place. */
  readonly output?: string;
}

export interface CalibrateResult {
  readonly profilePath: string;
  readonly files: number;
  readonly tokens: number;
  readonly before: readonly { readonly density: number; readonly kl: number }[];
  readonly after: readonly { readonly density: number; readonly kl: number }[];
  /** How a mean density is spread over the layers from now on: by what each layer costs, where that measured better than evenly. */
  readonly layers: 'by-sensitivity' | 'even';
}
