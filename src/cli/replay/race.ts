import type { Contestant } from './contestants/contestant.js';
import { summarise, type Summary } from './report/summary.js';
import type { Session } from './typing/session.js';
import { typeSession, type Typed } from './typing/typist.js';

/**
 * Types every session into every contestant, one after the other, the order turning with each session: a machine that
 * gets slower meanwhile does so for all of them.
 * @param step told before each session
 */
export async function race(
  sessions: readonly Session[],
  contestants: readonly Contestant[],
  step: (done: number, total: number, name: string) => void,
  signal: AbortSignal,
): Promise<Record<string, Summary>> {
  const typed = new Map<string, Typed[]>(contestants.map(({ name }) => [name, []]));
  const total = sessions.length * contestants.length;
  let done = 0;
  for (const [index, session] of sessions.entries()) {
    const turn = index % contestants.length;
    for (const contestant of [...contestants.slice(turn), ...contestants.slice(0, turn)]) {
      signal.throwIfAborted();
      step(done, total, contestant.name);
      typed.get(contestant.name)?.push(await typeSession(session, contestant));
      await contestant.rest();
      done += 1;
    }
  }
  return Object.fromEntries(
    contestants.map((contestant) => [
      contestant.name,
      summarise(typed.get(contestant.name) ?? [], contestant.work(), typed.get('dense')),
    ]),
  );
}
