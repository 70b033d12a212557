import type { CorrectionRequest } from './correction.js';
import type { SamplingRequest, StopRequest } from './generation.js';
import type { SparsityRequest } from './sparsity.js';

/** A piece of another file (or of this one's past) that may help; text is as in the file. */
export interface ContextChunk {
  readonly source: 'recent-edit' | 'similar' | 'definition' | 'import' | 'diagnostic' | 'open-file';
  /** Workspace-relative path, forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Higher is kept first when the token budget is short. */
  readonly priority: number;
}

/** `line`: the typed part of the cursor's line stands after the middle token, so that a keystroke appends to the prompt. */
export type FimCut = 'line' | 'cursor';

/** Characters on each side of the cursor in which drafts are looked up. */
export const lookedUpCharacters = 16_384;

/** What the editor knows at the cursor; the engine makes the fill-in-the-middle token array of it. */
export interface CompletionRequest {
  readonly id: string;
  readonly path: string;
  readonly languageId: string;
  /** Text before the cursor, newlines as \n, from a stable window edge. */
  readonly prefix: string;
  /** Text after the cursor, newlines as \n. */
  readonly suffix: string;
  readonly context: readonly ContextChunk[];
  /**
   * More of the file before and after the cursor, at most {@link lookedUpCharacters} each: drafts are looked up in it, the model
   * never reads it. Default: prefix and suffix.
   */
  readonly file?: { readonly before: string; readonly after: string };
  /** Token budgets; the engine's defaults when absent (prompt 1024, suffix 128, context 512). */
  readonly budget?: { readonly prompt?: number; readonly suffix?: number; readonly context?: number };
  /** Where families of the order prefix-suffix-middle see the prefix end: before the cursor's line (default), or at the cursor. */
  readonly fimCut?: FimCut;
  /** `line`: end at the first newline; `block`: at most `maxLines`, ended by the streaming stop rule of the client. */
  readonly shape: { readonly kind: 'line' } | { readonly kind: 'block'; readonly maxLines: number };
  readonly sampling?: SamplingRequest;
  readonly stop?: StopRequest;
  readonly sparsity?: SparsityRequest;
  readonly correction?: CorrectionRequest;
  /** Evaluate the prompt and return without generating (idle pre-warm). */
  readonly prefillOnly?: boolean;
}
