import type { Measuring } from './measuring-context.js';
import { median, quartileRange } from './statistics.js';
import type { Steps } from './steps.js';

/** Tokens decoded in one timing. Short, so that something more urgent waits little. */
const decoded = 10;

export interface SpeedRatio {
  /** Median of the paired ratios dense time / sparse time. */
  readonly ratio: number;
  /** Interquartile range of the paired ratios. */
  readonly ratioSpread: number;
  /** Median milliseconds a token. */
  readonly denseMs: number;
}

/**
 * Times plain dense decoding (upstream's graph, observing nothing) and sparse decoding from the same place, one right after the other and in turns, so that other load falls on both.
 * The context has begun with the request under test; its first `position` cells are kept.
 */
export async function* measureSpeed(
  context: Measuring,
  position: number,
  token: number,
  pairs: number,
): Steps<SpeedRatio> {
  const ratios: number[] = [];
  const denseTimes: number[] = [];
  await context.truncate(0, position);
  await context.decode(position, token, 2, 'sparse');
  for (let pair = 0; pair < pairs; pair++) {
    yield;
    const first = pair % 2 === 0 ? 'plain' : 'sparse';
    const firstMs = await context.decode(position, token, decoded, first);
    const secondMs = await context.decode(position, token, decoded, first === 'plain' ? 'sparse' : 'plain');
    const [dense, sparse] = first === 'plain' ? [firstMs, secondMs] : [secondMs, firstMs];
    ratios.push(dense / sparse);
    denseTimes.push(dense);
  }
  return { ratio: median(ratios), ratioSpread: quartileRange(ratios), denseMs: median(denseTimes) };
}
