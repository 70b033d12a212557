import type { MeasuredPoint, QualityTarget } from '../../../contract/index.js';
import { lossOf } from './place.js';

/** The fastest measured point that loses no more than the limit and is not off; undefined where Dense is the best of what does. */
export function fastestWithin(
  points: readonly MeasuredPoint[],
  { metric, limit }: QualityTarget,
): MeasuredPoint | undefined {
  const [fastest] = points
    .filter((point) => point.off === null && lossOf(metric, point) <= limit)
    .sort((left, right) => right.tokensPerSecond - left.tokensPerSecond);
  return fastest;
}
