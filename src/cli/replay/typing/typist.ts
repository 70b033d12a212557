import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant, Moment } from '../contestants/contestant.js';
import { Screen } from './screen.js';
import type { Session } from './session.js';

/** What a person saw at one look. */
export interface Look {
  /** Milliseconds from the last key to the text; null when none came in time. */
  readonly latencyMs: number | null;
  readonly shown: string | null;
  readonly fromCache: boolean;
  /** What the file says from here to the end of the line. */
  readonly truth: string;
}

export interface Typed {
  readonly looks: readonly Look[];
  readonly keystrokes: number;
  /** Suggestions that were replaced by another one within half a second of coming up. */
  readonly flicker: number;
  /** Suggestions that came up, looked for or not. */
  readonly shown: number;
}

const patienceMs = 5_000;

const momentOf = (session: Session, typed: number): Moment => ({
  session,
  typed,
  prefix: session.before + session.truth.slice(0, typed),
  suffix: session.after,
});

/** Types a session into a contestant in real time, keys at their own pace. */
export async function typeSession(session: Session, contestant: Contestant): Promise<Typed> {
  const looks: Look[] = [];
  const screen = new Screen(session.truth);
  let typed = 0;
  let previous = new AbortController();
  for (const key of session.keys) {
    previous.abort();
    const current = new AbortController();
    previous = current;
    const pressed = performance.now();
    typed += key.text.length;
    const at = typed;
    const moment = momentOf(session, at);
    contestant.edited(moment);
    const answer = contestant.suggest(moment, current.signal).then((reply) => {
      if (reply !== null && !current.signal.aborted) screen.show(reply.text, at, performance.now());
      return reply === null ? null : { reply, latencyMs: performance.now() - pressed };
    });
    if (key.looks) {
      const timeout = new AbortController();
      const answered = await Promise.race([
        answer,
        sleep(patienceMs, null, { signal: timeout.signal }).catch(() => null),
      ]);
      timeout.abort();
      looks.push({
        latencyMs: answered?.latencyMs ?? null,
        shown: answered?.reply.text ?? null,
        fromCache: answered?.reply.fromCache ?? false,
        truth: session.truth.slice(at),
      });
    }
    await sleep(key.gapMs);
  }
  previous.abort();
  const { flicker, shown } = screen;
  return { looks, keystrokes: session.keys.length, flicker, shown };
}
