import type { KnobValues, MeasuredPoint, Measurement, QualityMetric } from '../../../contract/index.js';

/** A place on the plane of speed and loss. */
export interface Place {
  readonly tokensPerSecond: number;
  readonly loss: number;
}

export function lossOf(metric: QualityMetric, point: Pick<MeasuredPoint, 'kl' | 'top1'>): number {
  return metric === 'kl' ? Math.max(point.kl, 0) : Math.max(1 - point.top1, 0);
}

const placeOf = (metric: QualityMetric, point: MeasuredPoint): Place => ({
  tokensPerSecond: point.tokensPerSecond,
  loss: lossOf(metric, point),
});

function between(below: Place, above: Place, share: number): Place {
  return {
    tokensPerSecond: below.tokensPerSecond + share * (above.tokensPerSecond - below.tokensPerSecond),
    loss: below.loss + share * (above.loss - below.loss),
  };
}

/**
 * Where the setting in force stands: at dense where nothing is skipped; otherwise between the measured points of its selector
 * that lie on either side of its density. Null when that selector was not measured, and in the modes whose drafts are checked:
 * the points are of passes without checks.
 */
export function placeInForce(
  measurement: Measurement,
  knobs: KnobValues,
  metric: QualityMetric,
): Place | null {
  if (knobs.mode === 'exact' || knobs.mode === 'balanced') return null;
  const dense = { tokensPerSecond: measurement.denseTokensPerSecond, loss: 0 };
  if (knobs.mode === 'dense' || knobs.selectorInForce === 'none') return dense;
  const own = measurement.points
    .filter((point) => point.selector === knobs.selectorInForce)
    .sort((left, right) => left.density - right.density);
  const below = own.findLast((point) => point.density <= knobs.density);
  const above = own.find((point) => point.density >= knobs.density);
  if (below && above) {
    const span = above.density - below.density;
    const share = span > 0 ? (knobs.density - below.density) / span : 0;
    return between(placeOf(metric, below), placeOf(metric, above), share);
  }
  if (below)
    return between(placeOf(metric, below), dense, (knobs.density - below.density) / (1 - below.density));
  return above ? placeOf(metric, above) : null;
}
