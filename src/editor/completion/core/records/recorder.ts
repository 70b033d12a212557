import type { CompletionOutcome } from '../../../../contract/outcomes.js';
import type { Answer, Ask, Suggestion } from '../ask.js';
import type { Clock } from '../engine-port.js';
import type { Generation, GenerationEnd } from '../generation.js';
import type { Made } from '../made.js';
import type { CompletionRecord, RecordLog, RecordTimings } from './record.js';

/** Follows one ask to its end and writes the record of it. Exactly one outcome an ask. */
export class Recorder {
  private readonly startedAt: number;
  private timings: Omit<RecordTimings, 'totalMs'> = {};
  private made: Pick<CompletionRecord, 'request' | 'result' | 'said' | 'shown' | 'judged'> = {};

  public constructor(
    private readonly log: RecordLog,
    private readonly clock: Clock,
    private readonly ask: Ask,
    public readonly id: string,
  ) {
    this.startedAt = clock.now();
  }

  public timing(timings: Omit<RecordTimings, 'totalMs'>): void {
    this.timings = { ...this.timings, ...timings };
  }

  /** Notes a generation; of alternatives the first stands for all. */
  public generated(generation: Generation, end: GenerationEnd, made: Made): void {
    if (this.made.request !== undefined) return;
    const { request, firstTextMs, situation } = generation;
    const { minConfidence, timeBudgetMs } = situation.options;
    if (firstTextMs !== undefined) this.timing({ firstTextMs });
    const result = end.kind === 'text' ? end.result : undefined;
    this.made = {
      request,
      judged: { minConfidence, timeBudgetMs, given: situation.given },
      ...(result !== undefined && { result }),
      ...(end.kind === 'text' && { said: end.text }),
      ...(made.kind === 'something' && { shown: made.suggestion.text }),
    };
  }

  public some(outcome: CompletionOutcome, suggestions: readonly Suggestion[]): Answer {
    this.write(outcome, undefined);
    return { outcome, suggestions };
  }

  public none(outcome: CompletionOutcome, detail: string): Answer {
    this.write(outcome, detail);
    return { outcome, suggestions: [] };
  }

  private write(outcome: CompletionOutcome, detail: string | undefined): void {
    const { file, cursor, linesBefore = 0, trigger } = this.ask;
    this.log.add({
      id: this.id,
      at: Date.now(),
      path: file.path,
      languageId: file.languageId,
      line: cursor.line - linesBefore,
      trigger,
      outcome,
      ...(detail !== undefined && { detail }),
      timings: { totalMs: this.clock.now() - this.startedAt, ...this.timings },
      ...this.made,
    });
  }
}
