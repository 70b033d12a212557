/** A running ratio of tokens/s to dense. */
export interface GainEstimate {
  readonly count: number;
  readonly ratio: number;
}

export const noGain: GainEstimate = { count: 0, ratio: 1 };

const memory = 6;

/** Adds one paired measurement; unusable numbers are left out. */
export function addGain(estimate: GainEstimate, ratio: number): GainEstimate {
  if (!Number.isFinite(ratio) || ratio <= 0) return estimate;
  const kept = Math.min(estimate.count, memory - 1);
  return { count: estimate.count + 1, ratio: (estimate.ratio * kept + ratio) / (kept + 1) };
}

/** Whether the gain is known well enough to decide on. */
export function gainIsKnown(estimate: GainEstimate): boolean {
  return estimate.count >= 3;
}
