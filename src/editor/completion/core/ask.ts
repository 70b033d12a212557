import type { ContextChunk, FimCut } from '../../../contract/completion.js';
import type { CorrectionRequest } from '../../../contract/correction.js';
import type { CompletionOutcome } from '../../../contract/outcomes.js';
import type { Eagerness } from '../../../contract/settings/index.js';
import type { SparsityRequest } from '../../../contract/sparsity.js';
import type { Cursor, LineSource } from './text.js';

/** The settings that shape a completion, as they hold in this file. */
export interface CompletionOptions {
  readonly eagerness: Eagerness;
  readonly multiline: 'auto' | 'never' | 'always';
  readonly maxLines: number;
  readonly maxTokens: number;
  /** Milliseconds after the first line. */
  readonly timeBudgetMs: number;
  readonly promptTokens: number;
  readonly suffixTokens: number;
  readonly contextTokens: number;
  readonly fimCut: FimCut;
  /** Lowest mean probability of a token, 0..1. */
  readonly minConfidence: number;
  readonly alternatives: number;
  readonly prepareNext: boolean;
  readonly sparsity: SparsityRequest;
  readonly correction: CorrectionRequest;
}

/** The IntelliSense item that is selected: a suggestion must begin with its text. */
export interface SelectedItem {
  readonly text: string;
  /** Characters before the cursor that it replaces; it replaces none after it. */
  readonly before: number;
}

export interface FileFacts {
  /** Tells documents apart, e.g. the URI. */
  readonly key: string;
  /** Workspace-relative, forward slashes. */
  readonly path: string;
  readonly languageId: string;
}

/** One question to the pipeline: what could come here? */
export interface Ask {
  readonly file: FileFacts;
  readonly lines: LineSource;
  readonly cursor: Cursor;
  /** Lines in front that are not of the document itself: a notebook's earlier cells. Default 0. */
  readonly linesBefore?: number;
  readonly trigger: 'automatic' | 'invoked';
  readonly selected?: SelectedItem;
  /** The outcome when whoever asks already knows that nothing may be suggested here (switched off, excluded). */
  readonly refusal?: CompletionOutcome;
  readonly options: CompletionOptions;
  /** Looks for context; must end soon after `signal` is aborted. Called while the debounce waits. */
  readonly gather: (signal: AbortSignal) => Promise<readonly ContextChunk[]>;
}

/** Text to show, and what of the current line it replaces. */
export interface Suggestion {
  readonly id: string;
  readonly text: string;
  /** Characters before the cursor that it replaces. */
  readonly before: number;
  /** Characters after the cursor, on the same line, that it replaces. */
  readonly after: number;
}

export interface Answer {
  readonly outcome: CompletionOutcome;
  readonly suggestions: readonly Suggestion[];
}
