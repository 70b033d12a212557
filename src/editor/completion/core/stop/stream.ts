import type { GenerateDelta, StopReason } from '../../../../contract/generation.js';
import type { Shape } from '../shape.js';
import { isBlank } from '../text.js';
import { blockEnd, type BlockStart } from './block-end.js';

/** How a stream was ended by the reader. */
export type StopRule = 'line' | 'block' | 'max-lines' | 'time';

/** When to end; `now` in milliseconds. */
export interface StreamLimits {
  readonly shape: Shape;
  readonly start: BlockStart;
  /** Milliseconds after the first line. */
  readonly timeBudgetMs: number;
  readonly now: () => number;
}

/** A stream of text as it grows, and the decision when it is enough. */
export class StreamedText {
  private received = '';
  private firstLineAt: number | undefined;
  private stopped: { readonly rule: StopRule; readonly text: string } | undefined;

  public constructor(private readonly limits: StreamLimits) {}

  /** The text so far, or where it was cut. */
  public get text(): string {
    return this.stopped?.text ?? this.received;
  }

  public get rule(): StopRule | undefined {
    return this.stopped?.rule;
  }

  /** Takes a piece in; true when nothing more is needed. */
  public push(delta: Pick<GenerateDelta, 'text' | 'retract'>): boolean {
    const kept = delta.retract ? this.received.slice(0, -delta.retract) : this.received;
    this.received = kept + delta.text;
    this.stopped ??= this.judge();
    return this.stopped !== undefined;
  }

  /** The text to use once the stream has ended for `reason`: a line that was broken off behind others is left out. */
  public end(reason: StopReason | undefined): string {
    if (this.stopped !== undefined || reason === 'eos' || reason === 'stop-string') return this.text;
    const lastBreak = this.received.lastIndexOf('\n');
    const firstLine = this.received.slice(0, Math.max(0, lastBreak));
    return lastBreak > 0 && !isBlank(firstLine) ? firstLine : this.received;
  }

  private judge(): { readonly rule: StopRule; readonly text: string } | undefined {
    const { shape, start, timeBudgetMs, now } = this.limits;
    const text = this.received;
    const lineEnd = text.indexOf('\n');
    if (lineEnd < 0) return undefined;
    if (shape.kind === 'line') return { rule: 'line', text: text.slice(0, lineEnd) };
    if (!isBlank(text.slice(0, lineEnd))) this.firstLineAt ??= now();
    const end = blockEnd(text, start);
    if (end !== undefined) return { rule: 'block', text: text.slice(0, end) };
    const lines = text.split('\n');
    if (lines.length > shape.maxLines)
      return { rule: 'max-lines', text: lines.slice(0, shape.maxLines).join('\n') };
    if (this.firstLineAt !== undefined && now() - this.firstLineAt > timeBudgetMs)
      return { rule: 'time', text: text.slice(0, text.lastIndexOf('\n')) };
    return undefined;
  }
}
