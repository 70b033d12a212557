import type { BenchRow, QualityMetric } from '../../../contract/index.js';

/** What a setting costs in quality: 0 is dense. */
export function lossIn(metric: QualityMetric, row: Pick<BenchRow, 'kl' | 'top1'>): number {
  return metric === 'kl' ? row.kl : 1 - row.top1;
}

/**
 * The Pareto frontier of speed against loss: the points that no other point beats in one without being worse in the
 * other. Of points equal in both the first is kept. Points that are off on this machine or slower than dense are never on
 * it: running dense is faster and loses nothing.
 *
 * @returns indexes into `rows`, fastest last
 */
export function frontier(rows: readonly BenchRow[], metric: QualityMetric): readonly number[] {
  const candidates = rows
    .map((row, index) => ({ index, speed: row.tokensPerSecond, loss: lossIn(metric, row), row }))
    .filter(({ row, speed, loss }) => row.off === null && row.ratio > 1 && isFinite(speed) && isFinite(loss))
    .sort((left, right) => left.loss - right.loss || right.speed - left.speed || left.index - right.index);
  let fastest = -Infinity;
  const kept: number[] = [];
  for (const { index, speed } of candidates) {
    if (speed <= fastest) continue;
    fastest = speed;
    kept.push(index);
  }
  return kept;
}
