import type {
  CorrectionRequest,
  SamplingRequest,
  SpeculationReport,
  StopReason,
  StopRequest,
} from '../../contract/index.js';
import type { Products } from '../native/binding.js';

/**
 * The one generation path of the engine: prefill, decode, draft, verify, accept and roll back run inside one native call on one
 * sequence and one KV cache. JavaScript sees batches of finished tokens; there is no round trip a token.
 *
 * A sequence belongs to this loop from the moment it is opened: its KV cells are never touched through node-llama-cpp's own
 * `LlamaContextSequence.evaluate`. One native call runs at a time a context; the engine's scheduler decides whose.
 */

/** A token that left the loop. Its numbers come from the pass that emitted it (dense for verified tokens). */
export interface EmittedToken {
  readonly id: number;
  /** Natural log of the model's own probability (temperature 1, before penalties and filters). */
  readonly logProb: number;
  /** Entropy of that distribution, nats. */
  readonly entropy: number;
}

/** How far a running generation is; taken between two passes. */
export interface LoopProgress {
  readonly drafted: number;
  readonly accepted: number;
  readonly rollbacks: number;
  /** Dense probes so far, and the sum of their KL(dense || sparse), nats. */
  readonly probes: number;
  readonly probeDivergence: number;
  /** Mean measured density of each layer so far; empty before the first sparse pass. */
  readonly densityPerLayer: readonly number[];
}

/** What the stream delivers, in order. Text is whole UTF-8 characters and never holds the beginning of a stop string. */
export interface TokenBatch {
  readonly text: string;
  readonly tokens: readonly EmittedToken[];
  /** False for text a later check may take back: Fast mode, and open windows when `provisional` was asked for. */
  readonly verified: boolean;
  /** UTF-16 code units to remove from the end of what was streamed before, then `text` is appended. */
  readonly retract: number;
  /** Ten times a second at most; never on the stock build. */
  readonly progress?: LoopProgress;
}

export interface GenerationOptions {
  readonly sampling?: SamplingRequest;
  /** `maxTokens: 0` only prefills. */
  readonly stop?: StopRequest;
  /** Tokens that end the generation as the model's own end does: stopReason `eos`, no text. Default: none. */
  readonly stopTokens?: readonly number[];
  /**
   * A context that fills up drops half of what follows its first `keep` tokens and goes on; a prompt that misses a part of what the
   * cache holds moves the rest up instead of evaluating it again. Cells behind the gap have seen what was dropped: they are near
   * what a fresh evaluation gives, not equal to it. Default: stopReason `context-full`, as where the model's memory cannot shift.
   */
  readonly contextShift?: { readonly keep: number };
  /** Default: dense, no drafts. Sparse modes use the sparsity that is configured on the context at that time. */
  readonly correction?: CorrectionRequest;
  /** Mean density of the configured sparsity, for EPD and the cost model. Default 1. */
  readonly density?: number;
  /** Token arrays besides the prompt in which n-gram drafts are looked up: the file, open files, former answers. */
  readonly draftSources?: readonly (readonly number[])[];
  /** Stream open windows as unverified text. Default false: only verified text is delivered. */
  readonly provisional?: boolean;
  /** Tokens evaluated at once in prefill; pauses and cancels are looked at between (and on the CPU inside) chunks. Default: the context's batch size. */
  readonly prefillChunk?: number;
  readonly onPrefill?: (done: number, total: number) => void;
  /** Fast and Balanced: generated tokens at the start that no sparse pass makes (contract: SparsityRequest.denseFirstTokens). Default 0. */
  readonly denseFirstTokens?: number;
  /** Fast mode: sparse tokens between two dense probes. Default 32. */
  readonly probeEvery?: number;
  /** Whose kernels multiply weights. Ours (`batch`, the default) give upstream's bits sooner; `upstream` is what speeds are compared with, and what it costs is not learnt. */
  readonly products?: Products;
}

/** A dense probe of Fast mode, or a dense check of Balanced mode, as a measure of drift. */
export interface DriftReport {
  readonly probes: number;
  /** Mean KL(dense || sparse) over probes, nats; null without probes. */
  readonly kl: number | null;
  /** Share of probes where both passes have the same most likely token; null without probes. */
  readonly top1: number | null;
}

/** Decode passes that were made, for cost models: sparse steps, and dense passes by their number of tokens (index). */
export interface PassCounts {
  readonly sparse: number;
  readonly dense: readonly number[];
  /** What they took together, in milliseconds; those of dense passes by index as `dense`. */
  readonly sparseMs: number;
  readonly denseMs: readonly number[];
}

export interface GenerationTimings {
  readonly prefillMs: number;
  /** From the first `run` to the first verified token, pauses not counted. */
  readonly firstTokenMs: number;
  /** From the first token to the end, pauses not counted. */
  readonly decodeMs: number;
}

export interface GenerationResult {
  readonly stopReason: StopReason;
  /** Everything that was generated, ended before the stop string. */
  readonly text: string;
  readonly tokens: readonly EmittedToken[];
  readonly promptTokens: number;
  /** Prompt tokens whose cells were in the KV cache already. */
  readonly reusedTokens: number;
  readonly timings: GenerationTimings;
  readonly speculation: SpeculationReport;
  readonly drift: DriftReport;
  readonly passes?: PassCounts;
  /** Times a full context dropped its oldest tokens. Default 0. */
  readonly shifts?: number;
}

/** `paused`: stopped at a token boundary; `run` goes on from there. Only Fast mode keeps sparse cells meanwhile. */
export type RunOutcome =
  { readonly kind: 'paused' } | { readonly kind: 'finished'; readonly result: GenerationResult };

/** A generation that can be paused, resumed, ended early and cancelled. Not reusable once finished. */
export interface Generation {
  /**
   * Starts or resumes. Rejects with an `Error` whose message names the cause when the backend fails; the KV cache then holds only
   * dense, verified cells and the sequence stays usable. Reaching the context's end is not an error: stopReason `context-full`.
   * While paused, other sequences of the context may run; this sequence must not be changed by anyone else.
   */
  run(onTokens: (batch: TokenBatch) => void): Promise<RunOutcome>;
  /** Asks the running call to return `paused` within one decode step. */
  pause(): void;
  /** Ends the generation within one decode step with this reason; everything verified so far is in the result. */
  end(reason: 'cancelled' | 'stop-rule'): void;
  /** Frees native memory. Safe at any time; a running call is ended first. */
  dispose(): void;
}

/** One sequence of a context: its KV cells and the generations on them. */
export interface NativeSequence {
  readonly id: number;
  /** The tokens whose dense cells are in the KV cache, in order. */
  readonly tokens: readonly number[];
  /** Positions this sequence can hold. */
  readonly capacity: number;
  /**
   * Prepares a generation. The longest common prefix of `prompt` with `tokens` is kept, the rest of the cache is dropped and the
   * rest of the prompt is evaluated by the first `run`. `prompt` has at least one token and at most `capacity` tokens.
   * @throws RangeError on a prompt of the wrong size; Error when another generation of this sequence is unfinished.
   */
  start(prompt: readonly number[], options?: GenerationOptions): Generation;
  /** Drops all cells from `position` on. Not while a call runs. */
  truncate(position: number): void;
}
