import type { CompletionRequest } from '../../../../contract/completion.js';
import type { GenerateResult } from '../../../../contract/generation.js';
import type { CompletionOutcome } from '../../../../contract/outcomes.js';

/** Where the time of a request went, in milliseconds; parts that did not happen are absent. */
export interface RecordTimings {
  readonly totalMs: number;
  readonly debounceMs?: number;
  readonly contextMs?: number;
  readonly firstTextMs?: number;
}

/** What became of one ask. Holds source text only in `request`. */
export interface CompletionRecord {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly path: string;
  readonly languageId: string;
  /** Counted from 0. */
  readonly line: number;
  readonly trigger: 'automatic' | 'invoked';
  readonly outcome: CompletionOutcome;
  /** More about the outcome: the filter and its reason, the rule that refused, the error. English. */
  readonly detail?: string;
  readonly timings: RecordTimings;
  readonly request?: CompletionRequest;
  readonly result?: GenerateResult;
}

/** The last records, oldest first. */
export class RecordLog {
  private readonly kept: CompletionRecord[] = [];

  /** @param capacity records kept */
  public constructor(private readonly capacity = 100) {}

  public add(record: CompletionRecord): void {
    this.kept.push(record);
    if (this.kept.length > this.capacity) this.kept.shift();
  }

  public get all(): readonly CompletionRecord[] {
    return this.kept;
  }

  public find(id: string): CompletionRecord | undefined {
    return this.kept.find((record) => record.id === id);
  }
}
