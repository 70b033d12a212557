/** How a crashed engine is restarted. Times in milliseconds. */
export interface BackOff {
  /** Wait before the first restart; doubled at each further one. Default 100. */
  readonly firstMs: number;
  /** Longest wait. Default 30000. */
  readonly maxMs: number;
  /** Crashes in a row after which the client gives up until asked. Default 6. */
  readonly maxAttempts: number;
  /** An engine that lived this long counts as healthy again. Default 60000. */
  readonly healthyMs: number;
}

export const defaultBackOff: BackOff = { firstMs: 100, maxMs: 30_000, maxAttempts: 6, healthyMs: 60_000 };

export type RestartDecision =
  | { readonly kind: 'wait'; readonly attempt: number; readonly waitMs: number }
  | { readonly kind: 'give-up'; readonly attempts: number };

/**
 * What to do after a crash.
 * @param crashesInARow crashes before this one since the engine was last healthy
 * @param livedMs how long the crashed process had lived
 */
export function afterCrash(policy: BackOff, crashesInARow: number, livedMs: number): RestartDecision {
  const attempt = (livedMs >= policy.healthyMs ? 0 : crashesInARow) + 1;
  if (attempt > policy.maxAttempts) return { kind: 'give-up', attempts: attempt - 1 };
  return { kind: 'wait', attempt, waitMs: Math.min(policy.maxMs, policy.firstMs * 2 ** (attempt - 1)) };
}
