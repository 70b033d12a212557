import type { CompletionRequest } from '../../../contract/completion.js';
import type { GenerateResult } from '../../../contract/generation.js';
import { suffixFits } from './cache/suggestions.js';
import type { Clock, CompletionEngine } from './engine-port.js';
import type { Place } from './place.js';
import type { Situation } from './situation.js';
import { StreamedText, type StopRule } from './stop/stream.js';

/** How a generation ended. */
export type GenerationEnd =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly rule: StopRule | undefined;
      /** Absent when the reader stopped the stream. */
      readonly result: GenerateResult | undefined;
    }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: Error };

const hasCode = (error: unknown): error is { readonly code: unknown } =>
  typeof error === 'object' && error !== null && 'code' in error;

const isCancellation = (error: unknown) => hasCode(error) && error.code === 'cancelled';

/** One request to the engine. It lives on its own: asks may join it, and it goes on while what is typed fits. */
export class Generation {
  public readonly done: Promise<GenerationEnd>;
  private readonly controller = new AbortController();
  private readonly streamed: StreamedText;
  private readonly listeners = new Set<() => void>();
  private readonly startedAt: number;
  private firstTextAt: number | undefined;
  private cancelled = false;

  public constructor(
    public readonly request: CompletionRequest,
    public readonly situation: Situation,
    engine: CompletionEngine,
    clock: Clock,
  ) {
    this.startedAt = clock.now();
    this.streamed = new StreamedText({
      shape: situation.shape,
      start: { head: situation.head },
      timeBudgetMs: situation.options.timeBudgetMs,
      now: () => clock.now(),
    });
    this.done = this.run(engine, clock);
  }

  /** Milliseconds from the request to the first text; `undefined` before it. */
  public get firstTextMs(): number | undefined {
    return this.firstTextAt === undefined ? undefined : this.firstTextAt - this.startedAt;
  }

  /** Whether what this generation says, so far, goes with what stands at a place now. */
  public fits({ fileKey, prefix, suffix }: Place): boolean {
    const then = this.situation;
    if (this.cancelled || fileKey !== then.file.key || !prefix.startsWith(then.prefix)) return false;
    const typed = prefix.slice(then.prefix.length);
    const said = this.streamed.text;
    return (
      (said.startsWith(typed) || (!this.ended && typed.startsWith(said))) &&
      suffixFits(then.suffix, suffix, typed)
    );
  }

  /** Calls `listener` whenever there is more text. */
  public onText(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Frees the engine within one decode step. */
  public cancel(): void {
    if (this.ended) return;
    this.cancelled = true;
    this.controller.abort();
  }

  private ended = false;

  private async run(engine: CompletionEngine, clock: Clock): Promise<GenerationEnd> {
    try {
      const result = await engine.complete(
        this.request,
        (delta) => {
          this.firstTextAt ??= clock.now();
          if (this.streamed.push(delta)) this.controller.abort();
          for (const listener of this.listeners) listener();
        },
        this.controller.signal,
      );
      return this.finish(result);
    } catch (error) {
      if (isCancellation(error)) return this.finish(undefined);
      return { kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) };
    } finally {
      this.ended = true;
    }
  }

  private finish(result: GenerateResult | undefined): GenerationEnd {
    if (this.streamed.rule === undefined && (this.cancelled || result === undefined))
      return { kind: 'cancelled' };
    const text = this.streamed.end(result?.stopReason);
    return { kind: 'text', text, rule: this.streamed.rule, result };
  }
}
