/** How quality loss against dense is measured: KL divergence in nats a token, or the share of tokens where the most likely one differs. */
export const qualityMetrics = ['kl', 'disagreement'] as const;
export type QualityMetric = (typeof qualityMetrics)[number];

/** "Lose no more than": a mean over tokens. `kl` in nats (0.01 is hardly visible), `disagreement` as a fraction (0.02 = 2 of 100 tokens). */
export interface QualityTarget {
  readonly metric: QualityMetric;
  readonly limit: number;
}

/** One dense check of one sparsely generated token. */
export interface DenseProbe {
  /** KL(dense || sparse) of the next-token distributions, nats, >= 0. */
  readonly kl: number;
  /** Whether the most likely token was the same. */
  readonly agreed: boolean;
}

/** What the quality controller does now. */
export interface QualityStatus {
  readonly target: QualityTarget;
  readonly phase: 'settling' | 'holding' | 'off';
  /** Density in force, 1 while off. */
  readonly density: number;
  /** Mean loss in the target's metric over the probes that count for the present density; null before the first. */
  readonly loss: number | null;
  readonly probes: number;
  /** Measured tokens/s over the lossless run of the same request; null before it was measured. */
  readonly gain: number | null;
  /** Why it is off: `no-gain` (less than 3% faster than without sparsity) or `unreachable` (the limit needs a density too near 1). */
  readonly off?: 'no-gain' | 'unreachable';
}
