import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant, Moment, Reply } from '../contestants/contestant.js';
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
  /** Suggestions that were replaced by another one within half a second. */
  readonly flicker: number;
  /** Times a reply was on the screen, looked for or not. */
  readonly shown: number;
}

const patienceMs = 5_000;
const flickerMs = 500;

interface OnScreen {
  readonly text: string;
  /** Characters of the line that had been typed when it appeared. */
  readonly typed: number;
  readonly since: number;
}

const momentOf = (session: Session, typed: number): Moment => ({
  session,
  typed,
  prefix: session.before + session.truth.slice(0, typed),
  suffix: session.after,
});

/** Whether `next` only says what `before` said, less the characters typed since. */
function continues(before: OnScreen, next: OnScreen, truth: string): boolean {
  const typed = truth.slice(before.typed, next.typed);
  return before.text.startsWith(typed) && before.text.slice(typed.length) === next.text;
}

/** Types a session into a contestant in real time, keys at their own pace. */
export async function typeSession(session: Session, contestant: Contestant): Promise<Typed> {
  const looks: Look[] = [];
  let screen: OnScreen | undefined;
  let flicker = 0;
  let shown = 0;
  let typed = 0;
  let previous = new AbortController();
  const show = (reply: Reply, at: number): void => {
    const next: OnScreen = { text: reply.text, typed: at, since: performance.now() };
    const replaces = screen !== undefined && !continues(screen, next, session.truth);
    if (replaces && screen !== undefined && next.since - screen.since < flickerMs) flicker += 1;
    if (screen === undefined || replaces) shown += 1;
    screen = next;
  };
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
      if (reply !== null && !current.signal.aborted) show(reply, at);
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
  return { looks, keystrokes: session.keys.length, flicker, shown };
}
