import type { QualityMetric } from '../../contract/index.js';
import type { LossBounds } from './loss-estimate.js';

/**
 * Slope of log-loss against density assumed for a move before anything is measured at the new density. Published curves
 * (TEAL fig. 4, CATS fig. 3) lie between 5 and 9 for KL; disagreement grows about with its square root.
 */
const slope: Readonly<Record<QualityMetric, number>> = { kl: 6, disagreement: 3 };

/** Part of the limit kept as a margin when the density is lowered. */
const margin = 0.2;

const largestRaise = 0.15;
const largestLowering = 0.06;

/**
 * Raise when the loss is over the limit, lower when it is under with margin, both beyond the
 * estimate's edges. The gap between the two is the hysteresis that keeps the density still.
 */
export function verdict(bounds: LossBounds, limit: number): 'raise' | 'lower' | 'hold' {
  if (bounds.lower > limit) return 'raise';
  if (bounds.upper < limit * (1 - margin)) return 'lower';
  return 'hold';
}

/** Up at once by what the overshoot (loss / limit, > 1) asks for. */
export function raisedDensity(metric: QualityMetric, density: number, overshoot: number): number {
  return density + Math.min(Math.max(Math.log(overshoot) / slope[metric], 0.02), largestRaise);
}

/** Down in steps, aiming at the middle of the margin; `use` is loss / limit, < 1. */
export function loweredDensity(metric: QualityMetric, density: number, use: number): number {
  const room = Math.log((1 - margin / 2) / Math.max(use, 1e-3)) / slope[metric];
  return density - Math.min(Math.max(room, 0), largestLowering);
}

/** How the loss is expected to change by a move. */
export function expectedLossFactor(metric: QualityMetric, from: number, to: number): number {
  return Math.exp(slope[metric] * (from - to));
}
