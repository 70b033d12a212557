import type { CompletionRequest } from '../../../../contract/completion.js';
import type { GenerateResult } from '../../../../contract/generation.js';
import type { CompletionOutcome } from '../../../../contract/outcomes.js';
import type { Situation } from '../situation.js';

/** Where the time of a request went, in milliseconds; parts that did not happen are absent. */
export interface RecordTimings {
  readonly totalMs: number;
  readonly debounceMs?: number;
  readonly contextMs?: number;
  readonly firstTextMs?: number;
}

/** What became of one ask. Holds source text in `request`, and the answer in `result`, `said` and `shown`. */
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
  /** What the model said, up to where the stream was ended. */
  readonly said?: string;
  /** What the filters left of it, with the IntelliSense item it begins with; absent when nothing was left. */
  readonly shown?: string;
  readonly judged?: Judged;
}

/** What else the text of a request hangs on. */
export interface Judged {
  readonly minConfidence: number;
  readonly timeBudgetMs: number;
  readonly given: Situation['given'];
}

/** The last records, oldest first. Where room is short, requests that typing went past go before those that tell something. */
export class RecordLog {
  private readonly kept: CompletionRecord[] = [];

  /** @param capacity records kept */
  public constructor(private readonly capacity = 100) {}

  public add(record: CompletionRecord): void {
    this.kept.push(record);
    if (this.kept.length <= this.capacity) return;
    const superseded = this.kept.findIndex(({ outcome }) => outcome === 'superseded');
    this.kept.splice(Math.max(0, superseded), 1);
  }

  public get all(): readonly CompletionRecord[] {
    return this.kept;
  }
}

/** A record that stands for some in a row that say the same. */
export interface RecordRun {
  /** The last of them. */
  readonly record: CompletionRecord;
  readonly times: number;
}

/** Records with every run of requests that typing went past made one, so that they do not hide the others. */
export function runsOf(records: readonly CompletionRecord[]): readonly RecordRun[] {
  const runs: RecordRun[] = [];
  for (const record of records) {
    const last = runs.at(-1);
    const joins = record.outcome === 'superseded' && last?.record.outcome === 'superseded';
    if (joins) runs.pop();
    runs.push({ record, times: joins ? last.times + 1 : 1 });
  }
  return runs;
}
