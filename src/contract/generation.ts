import type { CorrectionRequest, SpeculationReport } from './correction.js';
import type { SparsityReport, SparsityRequest } from './sparsity.js';
import type { CompletionOutcome } from './outcomes.js';

/** The two sequences that share one load of the weights; completion pre-empts chat at a token boundary. */
export type SequenceName = 'completion' | 'chat';

/** A piece of a prompt. `text` never becomes a special token, whatever it contains; `special` names one on purpose. */
export type PromptPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'special'; readonly token: string }
  | { readonly kind: 'tokens'; readonly ids: readonly number[] };

export interface SamplingRequest {
  /** 0 (the default) is greedy. */
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly repeatPenalty?: number;
  /** The same seed gives the same text. Default: drawn anew for each request. */
  readonly seed?: number;
  /** GBNF grammar the output must follow. */
  readonly grammar?: string;
}

export interface StopRequest {
  /** Default 128. */
  readonly maxTokens?: number;
  /** Generation ends before the first of these strings; it is not part of the text. */
  readonly stopStrings?: readonly string[];
  /** Milliseconds after the first token at which generation ends. */
  readonly timeBudgetMs?: number;
}

export interface GenerateRequest {
  /** Unique among the client's live requests; names the stream of {@link GenerateDelta}. */
  readonly id: string;
  readonly sequence: SequenceName;
  readonly prompt: readonly PromptPart[];
  readonly sampling?: SamplingRequest;
  readonly stop?: StopRequest;
  readonly sparsity?: SparsityRequest;
  readonly correction?: CorrectionRequest;
}

/** A piece of a stream, in order. */
export interface GenerateDelta {
  readonly id: string;
  readonly text: string;
  /** Token ids of this piece. */
  readonly tokens: readonly number[];
  /** False for text that a later check may take back (Fast mode and windows in flight when provisional streaming is asked for). */
  readonly verified: boolean;
  /** Characters to remove from the end of what was streamed, before `text` is appended. Default 0. */
  readonly retract?: number;
}

export interface TokenCounts {
  readonly prompt: number;
  /** Prompt tokens taken from the sequence's KV cache instead of being evaluated. */
  readonly reused: number;
  readonly generated: number;
}

/** Milliseconds, and tokens per second of decode. `loadMs` is 0 when the model was loaded already. */
export interface Timings {
  readonly loadMs: number;
  readonly prefillMs: number;
  readonly firstTokenMs: number;
  readonly decodeMs: number;
  readonly tokensPerSecond: number;
}

export type StopReason =
  'eos' | 'stop-string' | 'max-tokens' | 'time' | 'cancelled' | 'context-full' | 'stop-rule';

/** The identity of the model that answered. */
export interface ModelIdentity {
  readonly id: string;
  readonly path: string;
  readonly sha256: string;
  readonly architecture: string;
  readonly quantisation: string;
}

/** The answer to a request, and the JSON of `sparse-pilot complete --json` (issue "Foundation", command line). */
export interface GenerateResult {
  readonly text: string;
  readonly outcome: CompletionOutcome;
  readonly stopReason: StopReason;
  readonly tokens: TokenCounts;
  readonly timings: Timings;
  readonly sparsity: SparsityReport;
  readonly speculation: SpeculationReport;
  readonly model: ModelIdentity;
  /** Mean natural-log probability of the generated tokens under the pass that emitted them; absent when not computed. */
  readonly meanLogProb?: number;
  readonly tokenIds?: readonly number[];
}
