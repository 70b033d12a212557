import type { EngineWork } from '../contestants/contestant.js';
import type { Typed } from '../typing/typist.js';
import { editSimilarity, mean, percentile } from './statistics.js';

/** How one contestant did. Times in milliseconds, from the key to the text, over the looks that got one. */
export interface Summary {
  readonly p50: number;
  readonly p90: number;
  /** The median over all looks; null when most of them got no text. */
  readonly p50AllLooks: number | null;
  readonly looks: number;
  readonly answered: number;
  /** Prompt tokens evaluated per key, keys without a request included. */
  readonly reevaluatedMedian: number;
  /** The same over the requests that reached the model. */
  readonly reevaluatedPerRequest: number;
  readonly started: number;
  readonly cancelled: number;
  readonly fromTrie: number;
  /** Median milliseconds until a cancelled request had freed the engine. */
  readonly busyAfterCancelMs: number;
  /**
   * Share of the looks whose first line was the one that Dense showed at the same look, of those at which either showed one;
   * null where Dense did not run. Small models hit the file's own line too seldom to compare modes by.
   */
  readonly agreesWithDense: number | null;
  /** Share of the looks whose first line was exactly the file's. */
  readonly exactMatch: number;
  readonly editSimilarity: number;
  /** Characters of exactly right first lines, once a session. */
  readonly charactersSaved: number;
  /** Suggestions that came up, looked for or not; one that is typed on as suggested counts once. */
  readonly shown: number;
  /** Those of them that another one replaced within half a second. */
  readonly flicker: number;
  /** The same as a share of those that came up: who answers slowly shows little that could be replaced. */
  readonly flickerPerShown: number;
}

const firstLineOf = (text: string): string => text.split('\n', 1)[0]?.trimEnd() ?? '';

const shownLine = ({ shown }: Typed['looks'][number]): string | null =>
  shown === null ? null : firstLineOf(shown);

function agreement(sessions: readonly Typed[], dense: readonly Typed[]): number | null {
  const pairs = sessions.flatMap(({ looks }, session) =>
    looks.flatMap((look, index) => {
      const other = dense[session]?.looks[index];
      return other === undefined ? [] : [[shownLine(look), shownLine(other)] as const];
    }),
  );
  const telling = pairs.filter(([own, other]) => own !== null || other !== null);
  return telling.length === 0
    ? null
    : telling.filter(([own, other]) => own === other).length / telling.length;
}

/** @param dense what Dense showed in the same sessions, where it ran */
export function summarise(
  sessions: readonly Typed[],
  work: EngineWork,
  dense: readonly Typed[] = [],
): Summary {
  const looks = sessions.flatMap((session) => session.looks);
  const latencies = looks.flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs]));
  const allLatencies = looks.map(({ latencyMs }) => latencyMs ?? Infinity);
  const right = (look: Typed['looks'][number]): boolean =>
    look.shown !== null && firstLineOf(look.shown) === look.truth;
  const total = (of: (session: Typed) => number): number =>
    sessions.reduce((sum, session) => sum + of(session), 0);
  const keystrokes = total((session) => session.keystrokes);
  const shown = total((session) => session.shown);
  const flicker = total((session) => session.flicker);
  const perKey = [
    ...work.evaluated,
    ...Array<number>(Math.max(0, keystrokes - work.evaluated.length)).fill(0),
  ];
  return {
    p50: percentile(latencies, 0.5),
    p90: percentile(latencies, 0.9),
    p50AllLooks: latencies.length * 2 > looks.length ? percentile(allLatencies, 0.5) : null,
    looks: looks.length,
    answered: latencies.length,
    reevaluatedMedian: percentile(perKey, 0.5),
    reevaluatedPerRequest: percentile(work.evaluated, 0.5),
    started: work.started,
    cancelled: work.cancelled,
    fromTrie: work.fromTrie,
    busyAfterCancelMs: percentile(work.busyAfterCancelMs, 0.5),
    agreesWithDense: agreement(sessions, dense),
    exactMatch: looks.length === 0 ? 0 : looks.filter(right).length / looks.length,
    editSimilarity: mean(
      looks.map(({ shown, truth }) => (shown === null ? 0 : editSimilarity(firstLineOf(shown), truth))),
    ),
    charactersSaved: total((session) => session.looks.find(right)?.truth.length ?? 0),
    shown,
    flicker,
    flickerPerShown: shown === 0 ? 0 : flicker / shown,
  };
}
