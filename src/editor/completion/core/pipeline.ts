import type { ContextChunk } from '../../../contract/completion.js';
import type { CompletionOutcome } from '../../../contract/outcomes.js';
import type { Answer, Ask, Suggestion } from './ask.js';
import { SuggestionCache, type Place } from './cache/suggestions.js';
import { Debounce } from './debounce.js';
import { systemClock, type Clock, type CompletionEngine } from './engine-port.js';
import { candidateOf } from './candidate.js';
import { filtered } from './filters/index.js';
import { refuse } from './gate.js';
import { Generation, type GenerationEnd } from './generation.js';
import { RecordLog } from './records/record.js';
import { Recorder } from './records/recorder.js';
import { replacedAfter } from './replaced.js';
import { completionRequest, samplingOf } from './request.js';
import { untilAborted } from './abort.js';
import { situate, type Situation } from './situation.js';
import { noSyntax, type Syntax } from './syntax/syntax.js';

/** What a pipeline is built on. */
export interface PipelineParts {
  readonly engine: CompletionEngine;
  readonly syntax?: Syntax;
  readonly clock?: Clock;
  readonly records?: RecordLog;
}

/** A generation that nobody waits for ends after this many milliseconds, unless typing has ended it before. */
const graceMs = 250;

const placeOf = ({ file, prefix, suffix }: Situation): Place => ({ fileKey: file.key, prefix, suffix });

/**
 * From a cursor to what is shown there. One at a time: a new ask takes over a running generation that says what the user
 * has typed since, and stops every other one. Knows no editor; the extension and the command line drive it alike.
 */
export class CompletionPipeline {
  public readonly records: RecordLog;
  private readonly engine: CompletionEngine;
  private readonly syntax: Syntax;
  private readonly clock: Clock;
  private readonly cache = new SuggestionCache();
  private readonly debounce = new Debounce();
  private running: Running | undefined;
  private warming: AbortController | undefined;
  private waiting = 0;
  private counter = 0;

  public constructor(parts: PipelineParts) {
    this.engine = parts.engine;
    this.syntax = parts.syntax ?? noSyntax;
    this.clock = parts.clock ?? systemClock;
    this.records = parts.records ?? new RecordLog();
  }

  /** Answers an ask; aborting `signal` means that the user has gone on. Never rejects. */
  public async provide(ask: Ask, signal: AbortSignal): Promise<Answer> {
    this.syntax.prepare(ask.file.languageId);
    const recorder = new Recorder(this.records, this.clock, ask, this.nextId());
    try {
      return await this.answer(ask, recorder, signal);
    } catch (error) {
      return recorder.none('error', error instanceof Error ? error.message : String(error));
    }
  }

  /** Tells of a change in a document before anything is asked: a generation that it contradicts ends now. */
  public edited(place: Place): void {
    this.debounce.keystroke(this.clock.now());
    if (this.running !== undefined && !this.running.generation.fits(place)) this.stop();
  }

  /** Has the prompt of a place evaluated and nothing generated, unless the engine is busy with an ask. Never rejects. */
  public async warm(ask: Ask, signal: AbortSignal): Promise<void> {
    if (this.running !== undefined || refuse(ask) !== undefined) return;
    const situation = situate(ask, this.syntax);
    const context = await ask.gather(signal);
    const request = completionRequest(this.nextId(), situation, context, samplingOf(0));
    const warming = new AbortController();
    signal.addEventListener('abort', () => warming.abort(), { once: true });
    this.warming = warming;
    await this.engine
      .complete({ ...request, prefillOnly: true }, () => undefined, warming.signal)
      .catch(() => undefined);
  }

  /** Ends whatever runs: the editor was left, suggestions were switched off. */
  public stop(): void {
    this.warming?.abort();
    this.running?.generation.cancel();
    this.running = undefined;
  }

  /** Forgets what was suggested, e.g. after another model was chosen. */
  public forget(): void {
    this.stop();
    this.cache.clear();
  }

  private async answer(ask: Ask, recorder: Recorder, signal: AbortSignal): Promise<Answer> {
    const refusal = refuse(ask);
    if (refusal !== undefined) return recorder.none(refusal.outcome, refusal.reason);
    const situation = situate(ask, this.syntax);
    const known = ask.trigger === 'automatic' ? this.remembered(situation) : undefined;
    if (known !== undefined) return recorder.some('served-from-cache', [known]);
    const joined = await this.join(situation, signal);
    if (joined !== undefined) return recorder.some('served-from-cache', [joined]);
    if (signal.aborted) return recorder.none('superseded', 'typing went on');
    const context = await this.waitAndGather(ask, situation, recorder, signal);
    if (signal.aborted) return recorder.none('superseded', 'typing went on during the wait');
    const available = await this.engine.available(ask.trigger === 'invoked' ? 'wait' : 'look');
    if (available.kind === 'unavailable') return recorder.none(available.outcome, available.message);
    if (signal.aborted) return recorder.none('superseded', 'typing went on');
    return await this.generate(situation, context, recorder, signal);
  }

  private async generate(
    situation: Situation,
    context: readonly ContextChunk[],
    recorder: Recorder,
    signal: AbortSignal,
  ): Promise<Answer> {
    const wanted = situation.trigger === 'invoked' ? situation.options.alternatives : 1;
    const suggestions: Suggestion[] = [];
    let lastReason: readonly [CompletionOutcome, string] = ['empty', 'the model said nothing'];
    for (let alternative = 0; alternative < wanted && !signal.aborted; alternative += 1) {
      const id = alternative === 0 ? recorder.id : this.nextId();
      const request = completionRequest(id, situation, context, samplingOf(alternative));
      const running = this.start(new Generation(request, situation, this.engine, this.clock));
      const { end, outcome } = await this.wait(running, signal);
      recorder.generated(running.generation, end);
      if (outcome.kind === 'nothing') lastReason = [outcome.outcome, outcome.reason];
      else if (!suggestions.some((other) => other.text === outcome.suggestion.text))
        suggestions.push(outcome.suggestion);
      if (end.kind !== 'text') break;
    }
    if (suggestions.length > 0 && !signal.aborted) return recorder.some('shown', suggestions);
    return signal.aborted && lastReason[0] !== 'error'
      ? recorder.none('superseded', 'typing went on while the model was working')
      : recorder.none(...lastReason);
  }

  /** Turns the end of a generation into a suggestion, remembered for the place it was made for. */
  private finish(generation: Generation, end: GenerationEnd): Made {
    if (end.kind === 'cancelled') return stopped;
    if (end.kind === 'failed') return { kind: 'nothing', outcome: 'error', reason: end.error.message };
    if (end.text === '') return { kind: 'nothing', outcome: 'empty', reason: 'the model said nothing' };
    const { situation, request } = generation;
    const result = filtered(candidateOf(situation, end, this.syntax));
    if (result.kind === 'dropped')
      return { kind: 'nothing', outcome: 'filtered', reason: `${result.by}: ${result.reason}` };
    this.cache.add(placeOf(situation), request.id, result.text);
    return { kind: 'something', suggestion: suggestionOf(situation, request.id, result.text) };
  }

  private remembered(situation: Situation): Suggestion | undefined {
    const found = this.cache.find(placeOf(situation));
    return found === undefined ? undefined : suggestionOf(situation, found.id, found.text);
  }

  /** Waits for the running generation while it says what the user has typed since. */
  private async join(situation: Situation, signal: AbortSignal): Promise<Suggestion | undefined> {
    const { running } = this;
    if (running === undefined) return undefined;
    const place = placeOf(situation);
    const { generation } = running;
    const parted = new Promise<void>((resolve) => {
      const stop = generation.onText(() => {
        if (generation.fits(place)) return;
        stop();
        resolve();
      });
    });
    if (generation.fits(place)) await Promise.race([this.wait(running, signal), parted]);
    const found = this.remembered(situation);
    if (found === undefined && !signal.aborted) this.stop();
    return found;
  }

  private start(generation: Generation): Running {
    this.stop();
    const finished = generation.done.then((end) => {
      if (this.running === running) this.running = undefined;
      if (generation.firstTextMs !== undefined) this.debounce.answered(generation.firstTextMs);
      return { end, outcome: this.finish(generation, end) };
    });
    const running: Running = { generation, finished };
    this.running = running;
    return running;
  }

  /** Waits for a generation; when the last one who waits has gone, it ends after a moment's grace. */
  private async wait(running: Running, signal: AbortSignal): Promise<Finish> {
    this.waiting += 1;
    const first = await untilAborted(running.finished, signal);
    this.waiting -= 1;
    if (first !== undefined) return first;
    void this.clock.sleep(graceMs, new AbortController().signal).then(() => {
      if (this.waiting === 0 && this.running === running) this.stop();
    });
    return { end: { kind: 'cancelled' }, outcome: stopped };
  }

  private async waitAndGather(
    ask: Ask,
    situation: Situation,
    recorder: Recorder,
    signal: AbortSignal,
  ): Promise<readonly ContextChunk[]> {
    const { eagerness, contextTokens } = situation.options;
    const wait = ask.trigger === 'invoked' ? 0 : this.debounce.waitMs(eagerness, situation.head);
    const startedAt = this.clock.now();
    const gathering = contextTokens > 0 ? ask.gather(signal) : Promise.resolve([]);
    const gathered = gathering.then((chunks) => {
      recorder.timing({ contextMs: this.clock.now() - startedAt });
      return chunks;
    });
    await this.clock.sleep(wait, signal);
    recorder.timing({ debounceMs: this.clock.now() - startedAt });
    return await gathered;
  }

  private nextId(): string {
    this.counter += 1;
    return `completion-${this.counter}`;
  }
}

/** What a generation came to. */
type Made =
  | { readonly kind: 'something'; readonly suggestion: Suggestion }
  | { readonly kind: 'nothing'; readonly outcome: CompletionOutcome; readonly reason: string };

interface Finish {
  readonly end: GenerationEnd;
  readonly outcome: Made;
}

interface Running {
  readonly generation: Generation;
  readonly finished: Promise<Finish>;
}

const stopped: Made = { kind: 'nothing', outcome: 'superseded', reason: 'the request was stopped' };

function suggestionOf({ given, tail }: Situation, id: string, text: string): Suggestion {
  return { id, text: given.text + text, before: given.before, after: replacedAfter(text, tail) };
}
