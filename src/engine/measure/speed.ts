import type { Decoding, Measuring } from './measuring-context.js';
import { median, quartileRange } from './statistics.js';
import type { Steps } from './steps.js';

/** Tokens decoded in one timing. Short, so that something more urgent waits little. */
const decoded = 10;

export interface SpeedRatio {
  /** Median of the paired ratios Dense time / sparse time. */
  readonly ratio: number;
  /** Interquartile range of the paired ratios. */
  readonly ratioSpread: number;
  /** Median of the paired ratios stock time / sparse time. */
  readonly stockRatio: number;
  /** Median milliseconds a token of Dense. */
  readonly denseMs: number;
  /** Median milliseconds a token of upstream's own decoding. */
  readonly stockMs: number;
}

const turn: readonly Decoding[] = ['stock', 'dense', 'sparse'];

/**
 * Times upstream's decoding, Dense and sparse decoding from the same place, right after one another and in turns, so that other load
 * falls on all. The context has begun with the request under test; its first `position` cells are kept.
 */
export async function* measureSpeed(
  context: Measuring,
  position: number,
  token: number,
  pairs: number,
): Steps<SpeedRatio> {
  const times: Record<Decoding, number[]> = { stock: [], dense: [], sparse: [] };
  await context.truncate(0, position);
  await context.decode(position, token, 2, 'sparse');
  for (let pair = 0; pair < pairs; pair++) {
    yield;
    for (const how of pair % 2 === 0 ? turn : turn.toReversed())
      times[how].push(await context.decode(position, token, decoded, how));
  }
  const overSparse = (how: Decoding): number[] =>
    times[how].map((ms, pair) => ms / (times.sparse[pair] ?? Number.NaN));
  return {
    ratio: median(overSparse('dense')),
    ratioSpread: quartileRange(overSparse('dense')),
    stockRatio: median(overSparse('stock')),
    denseMs: median(times.dense),
    stockMs: median(times.stock),
  };
}
