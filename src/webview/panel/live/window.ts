import { liveWindowMs, type LiveSample } from '../../../contract/index.js';

/** A pause longer than this, in milliseconds, is a gap in the lines: nothing was generated. */
const gapMs = 3000;

/** Adds a sample and forgets those older than the window. */
export function withSample(samples: readonly LiveSample[], sample: LiveSample): readonly LiveSample[] {
  const start = sample.time - liveWindowMs;
  const first = samples.findIndex(({ time }) => time >= start);
  return [...(first < 0 ? [] : samples.slice(first)), sample];
}

/** Columns for a plot: seconds before `now` (negative), and a column a series; null where there is no value. */
export interface Columns {
  readonly seconds: readonly number[];
  readonly series: readonly (readonly (number | null)[])[];
}

export type Pick = (sample: LiveSample) => number | null;

/** The samples as columns, with an empty row in every pause so that no line is drawn across it. */
export function toColumns(samples: readonly LiveSample[], picks: readonly Pick[], now: number): Columns {
  const seconds: number[] = [];
  const series: (number | null)[][] = picks.map(() => []);
  let before: number | undefined;
  for (const sample of samples) {
    if (before !== undefined && sample.time - before > gapMs) {
      seconds.push((before + 1 - now) / 1000);
      for (const column of series) column.push(null);
    }
    before = sample.time;
    seconds.push((sample.time - now) / 1000);
    picks.forEach((pick, index) => series[index]?.push(pick(sample)));
  }
  return { seconds, series };
}
