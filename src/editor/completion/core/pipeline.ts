import type { CompletionRequest, ContextChunk } from '../../../contract/completion.js';
import { askAfter, withNextLines } from './after.js';
import type { Answer, Ask, Suggestion } from './ask.js';
import { Barren } from './cache/barren.js';
import { SuggestionCache } from './cache/suggestions.js';
import { Debounce } from './debounce.js';
import { systemClock, type Clock, type CompletionEngine } from './engine-port.js';
import { refuse } from './gate.js';
import { Generation, type GenerationEnd } from './generation.js';
import { Heed } from './heed.js';
import { InFlight, stopped, type Finish } from './in-flight.js';
import { madeOf, suggestionOf, type Made } from './made.js';
import type { Place } from './place.js';
import { RecordLog } from './records/record.js';
import { Recorder } from './records/recorder.js';
import { completionRequest, samplingOf } from './request.js';
import { situate, type Situation } from './situation.js';
import { noSyntax, type Syntax } from './syntax/syntax.js';

/** What a pipeline is built on. */
export interface PipelineParts {
  readonly engine: CompletionEngine;
  readonly syntax?: Syntax;
  readonly clock?: Clock;
  readonly records?: RecordLog;
}

/** Once there is a suggestion, no further alternative is begun after this many milliseconds: all are shown together. */
const alternativesMs = 1500;

const placeOf = ({ file, prefix, suffix }: Situation): Place => ({ fileKey: file.key, prefix, suffix });

/**
 * From a cursor to what is shown there. One generation at a time: a new ask takes over the one that says what the user has
 * typed since, and stops every other. Knows no editor; the extension and the command line drive it alike.
 */
export class CompletionPipeline {
  public readonly records: RecordLog;
  private readonly engine: CompletionEngine;
  private readonly syntax: Syntax;
  private readonly clock: Clock;
  private readonly cache = new SuggestionCache();
  private readonly barren = new Barren();
  private readonly debounce = new Debounce();
  private readonly heed = new Heed();
  private readonly inFlight: InFlight;
  private warming: AbortController | undefined;
  private counter = 0;

  public constructor(parts: PipelineParts) {
    this.engine = parts.engine;
    this.syntax = parts.syntax ?? noSyntax;
    this.clock = parts.clock ?? systemClock;
    this.records = parts.records ?? new RecordLog();
    this.inFlight = new InFlight(this.clock);
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

  /**
   * Tells of a change in a document before anything is asked: a generation that it contradicts ends now.
   * @param places where the cursor may stand after it, the likeliest first
   */
  public edited(...places: readonly [Place, ...Place[]]): void {
    this.debounce.keystroke(this.clock.now());
    this.heed.edited(places);
    this.inFlight.edited(places);
  }

  /**
   * Has the prompt of a place evaluated and nothing generated, unless the engine is busy with an ask. Never rejects.
   * @returns whether it was evaluated to its end
   */
  public async warm(ask: Ask, signal: AbortSignal): Promise<boolean> {
    if (this.inFlight.busy || refuse(ask) !== undefined) return false;
    const request = await this.requestFor(ask, signal);
    if (signal.aborted || this.inFlight.busy) return false;
    const warming = new AbortController();
    signal.addEventListener('abort', () => warming.abort(), { once: true });
    this.warming = warming;
    return await this.engine
      .complete({ ...request, prefillOnly: true }, () => undefined, warming.signal)
      .then(
        () => !warming.signal.aborted,
        () => false,
      );
  }

  /** What the engine would be asked at a place, for those who ask it themselves. */
  public async requestFor(ask: Ask, signal: AbortSignal): Promise<CompletionRequest> {
    const situation = situate(ask, this.syntax);
    const context = await ask.gather(signal);
    return completionRequest(this.nextId(), situation, context, samplingOf(0));
  }

  /** Ends whatever runs: the editor was left, suggestions were switched off. */
  public stop(): void {
    this.warming?.abort();
    this.inFlight.stop();
  }

  /** Forgets what was suggested, e.g. after another model was chosen. */
  public forget(): void {
    this.stop();
    this.cache.clear();
    this.barren.clear();
  }

  private async answer(ask: Ask, recorder: Recorder, signal: AbortSignal): Promise<Answer> {
    const refusal = refuse(ask);
    if (refusal !== undefined) return recorder.none(refusal.outcome, refusal.reason);
    const situation = situate(ask, this.syntax);
    const known = await this.known(situation, signal);
    const enough = ask.trigger === 'automatic' || ask.options.alternatives === 1;
    if (known !== undefined && enough && (await this.mayShow(situation, known, signal))) {
      this.prepareNext(ask, known);
      return recorder.some('served-from-cache', [known]);
    }
    if (signal.aborted) return recorder.none('superseded', 'typing went on');
    const context = await this.waitAndGather(ask, situation, recorder, signal);
    if (signal.aborted) return recorder.none('superseded', 'typing went on during the wait');
    const available = await this.engine.available(ask.trigger === 'invoked' ? 'wait' : 'look');
    if (available.kind === 'unavailable')
      return known === undefined
        ? recorder.none(available.outcome, available.message)
        : recorder.some('served-from-cache', [known]);
    if (signal.aborted) return recorder.none('superseded', 'typing went on');
    const answer = await this.generate(situation, context, recorder, signal, known);
    const [first] = answer.suggestions;
    if (first !== undefined && ask.trigger === 'automatic') this.prepareNext(ask, first);
    return answer;
  }

  /** Waits until a text may take the place of another; false when the user has gone on meanwhile. */
  private async mayShow(situation: Situation, { text }: Suggestion, signal: AbortSignal): Promise<boolean> {
    const { options, trigger, given } = situation;
    const rest = trigger === 'invoked' ? 0 : this.heed.restMs(options.eagerness, this.clock.now());
    if (rest > 0) await this.clock.sleep(rest, signal);
    if (signal.aborted) return false;
    this.heed.show(placeOf(situation), text.slice(given.text.length), this.clock.now());
    return true;
  }

  /** What needs no new request: a remembered text, or one that is being generated and says what was typed since. */
  private async known(situation: Situation, signal: AbortSignal): Promise<Suggestion | undefined> {
    const remembered = this.remembered(situation);
    if (remembered !== undefined) return remembered;
    const joined = await this.inFlight.join(placeOf(situation), signal);
    return joined ? this.remembered(situation) : undefined;
  }

  private remembered(situation: Situation): Suggestion | undefined {
    const found = this.cache.find(placeOf(situation));
    return found === undefined ? undefined : suggestionOf(situation, found.id, found.text);
  }

  /** @param known the first alternative, where there is one already: what the user sees stays where it is */
  private async generate(
    situation: Situation,
    context: readonly ContextChunk[],
    recorder: Recorder,
    signal: AbortSignal,
    known: Suggestion | undefined,
  ): Promise<Answer> {
    const wanted = situation.trigger === 'invoked' ? situation.options.alternatives : 1;
    const suggestions: Suggestion[] = known === undefined ? [] : [known];
    let last = stopped.made;
    const startedAt = this.clock.now();
    for (let alternative = suggestions.length; alternative < wanted && !signal.aborted; alternative += 1) {
      if (suggestions.length > 0 && this.clock.now() - startedAt > alternativesMs) break;
      const id = alternative === 0 ? recorder.id : this.nextId();
      const request = completionRequest(id, situation, context, samplingOf(alternative));
      const generation = new Generation(request, situation, this.engine, this.clock);
      const { end, made } = await this.inFlight.wait(this.start('asked', generation), signal);
      recorder.generated(generation, end, made);
      last = made;
      if (made.kind === 'something' && !suggestions.some(({ text }) => text === made.suggestion.text))
        suggestions.push(made.suggestion);
      if (end.kind !== 'text') break;
    }
    const [first] = suggestions;
    if (first !== undefined && (await this.mayShow(situation, first, signal)))
      return recorder.some('shown', suggestions);
    if (signal.aborted) return recorder.none('superseded', 'typing went on while the model was working');
    return last.kind === 'nothing'
      ? recorder.none(last.outcome, last.reason)
      : recorder.none('empty', 'nothing new was said');
  }

  private start(purpose: 'asked' | 'ahead', generation: Generation): Promise<Finish> {
    this.warming?.abort();
    return this.inFlight.start(purpose, generation, (end) => {
      if (generation.firstTextMs !== undefined) this.debounce.answered(generation.firstTextMs);
      return this.finish(generation, end);
    });
  }

  /** Turns the end of a generation into a suggestion, remembered for the place it was made for. */
  private finish({ situation, request }: Generation, end: GenerationEnd): Made {
    const made = madeOf(situation, request.id, end, this.syntax);
    if (made.kind === 'something') this.cache.add(placeOf(situation), request.id, made.text);
    return made;
  }

  /** Asks for what comes after a suggestion while the user still looks at it; it is there when they take it. */
  private prepareNext(ask: Ask, shown: Suggestion): void {
    if (!ask.options.prepareNext || this.inFlight.busy) return;
    const next = askAfter(ask, shown);
    const situation = withNextLines(situate(next, this.syntax));
    const place = placeOf(situation);
    if (this.barren.has(place) || this.remembered(situation) !== undefined || refuse(next) !== undefined)
      return;
    void next.gather(new AbortController().signal).then((context) => {
      if (this.inFlight.busy) return;
      const request = completionRequest(this.nextId(), situation, context, samplingOf(0));
      void this.start('ahead', new Generation(request, situation, this.engine, this.clock)).then(
        ({ end, made }) => {
          if (made.kind === 'nothing' && end.kind !== 'cancelled') this.barren.add(place);
        },
      );
    });
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
