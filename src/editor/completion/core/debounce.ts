import type { Eagerness } from '../../../contract/settings/index.js';

/** Wait = rhythm x typing interval - latency x measured latency, held between `least` and `most` (ms). */
interface Temper {
  readonly rhythm: number;
  readonly least: number;
  readonly most: number;
}

/** Peers wait between 0 (Copilot, llama.vscode) and 350 ms (Continue); Tabby's adaptive range is 100 to 1000. */
const tempers: Readonly<Record<Eagerness, Temper>> = {
  eager: { rhythm: 0, least: 0, most: 0 },
  brisk: { rhythm: 0.3, least: 0, most: 80 },
  balanced: { rhythm: 0.75, least: 25, most: 200 },
  relaxed: { rhythm: 2, least: 200, most: 700 },
  calm: { rhythm: 4, least: 700, most: 2000 },
};

/** Share of the measured latency that is taken off the wait: the user waits for the sum. */
const latencyShare = 0.25;
/** A pause longer than this is thinking, not typing. */
const longestIntervalMs = 1500;
const weight = 0.2;

/** Where a statement or an argument begins a suggestion is expected sooner. */
const invites = /(?:^\s*|[.({[=,:>]\s?|\breturn\s)$/;

/** Learns how fast the user types and the engine answers, and says how long to wait after a keystroke. */
export class Debounce {
  private intervalMs = 200;
  private latencyMs = 200;
  private lastKeystroke: number | undefined;

  /** @param now milliseconds on any steady clock */
  public keystroke(now: number): void {
    const interval = this.lastKeystroke === undefined ? undefined : now - this.lastKeystroke;
    this.lastKeystroke = now;
    if (interval !== undefined && interval > 0 && interval <= longestIntervalMs)
      this.intervalMs += weight * (interval - this.intervalMs);
  }

  /** Tells how long the engine took from request to first text. */
  public answered(ms: number): void {
    this.latencyMs += weight * (ms - this.latencyMs);
  }

  /** Milliseconds to wait before a request for a cursor after `head` (the line up to it). */
  public waitMs(eagerness: Eagerness, head: string): number {
    const { rhythm, least, most } = tempers[eagerness];
    const wait = rhythm * this.intervalMs - latencyShare * this.latencyMs;
    const held = Math.min(most, Math.max(least, wait));
    return Math.round(invites.test(head) ? held / 2 : held);
  }
}
