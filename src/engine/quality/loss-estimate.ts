import type { DenseProbe, QualityMetric, QualityTarget } from '../../contract/index.js';

/** Running mean and spread of the loss at one density. `weight` counts probes; older ones fade. */
export interface LossEstimate {
  readonly weight: number;
  readonly mean: number;
  /** Weighted mean of squares. */
  readonly meanSquare: number;
}

/** Mean and one-sided confidence edges, in the metric's unit. */
export interface LossBounds {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

export const noLoss: LossEstimate = { weight: 0, mean: 0, meanSquare: 0 };

/** Probes remembered at most: the mean follows a change of text within about this many. A rare event needs more of them. */
export function memoryFor(target: QualityTarget): number {
  return target.metric === 'kl' ? 96 : Math.min(Math.max(Math.ceil(12 / target.limit), 96), 2048);
}

/** Larger KL values say no more than "wrong", and would drown the mean. */
const klCap = 8;

/** The loss one probe saw, or null when the probe holds no usable number. */
export function lossOf(probe: DenseProbe, metric: QualityMetric): number | null {
  if (metric === 'disagreement') return probe.agreed ? 0 : 1;
  return Number.isFinite(probe.kl) ? Math.min(Math.max(probe.kl, 0), klCap) : null;
}

export function addLoss(estimate: LossEstimate, loss: number, memory: number): LossEstimate {
  const kept = Math.min(estimate.weight, memory - 1);
  const weight = kept + 1;
  return {
    weight,
    mean: (estimate.mean * kept + loss) / weight,
    meanSquare: (estimate.meanSquare * kept + loss * loss) / weight,
  };
}

/** Carries what is known to another density: scaled by the expected change and trusted as few probes. */
export function carryLoss(estimate: LossEstimate, factor: number, trust: number): LossEstimate {
  return {
    weight: Math.min(estimate.weight, trust),
    mean: estimate.mean * factor,
    meanSquare: estimate.meanSquare * factor * factor,
  };
}

/** Edges of the mean: one standard error for KL, a Wilson interval for the rare event of a disagreement. */
export function lossBounds(estimate: LossEstimate, metric: QualityMetric): LossBounds {
  if (estimate.weight === 0) return { mean: 0, lower: 0, upper: Infinity };
  return metric === 'kl' ? meanBounds(estimate) : shareBounds(estimate);
}

function meanBounds({ weight, mean, meanSquare }: LossEstimate): LossBounds {
  const error = Math.sqrt(Math.max(meanSquare - mean ** 2, 0) / weight);
  return { mean, lower: Math.max(mean - error, 0), upper: mean + error };
}

/** Standard normal quantiles of the Wilson edges: about 93% each, and less for the lower one as probes become many. */
const upperZ = 1.5;
const lowerZ = (weight: number) => Math.max(0.6, upperZ * Math.sqrt(Math.min(32 / weight, 1)));

function shareBounds({ weight, mean }: LossEstimate): LossBounds {
  return {
    mean,
    lower: Math.max(wilsonEdge(mean, weight, -lowerZ(weight)), 0),
    upper: Math.min(wilsonEdge(mean, weight, upperZ), 1),
  };
}

/** The Wilson interval's edge at a signed quantile. */
function wilsonEdge(share: number, weight: number, z: number): number {
  const z2 = z ** 2 / weight;
  const half = z * Math.sqrt((share * (1 - share)) / weight + z2 / (4 * weight));
  return (share + z2 / 2 + half) / (1 + z2);
}
