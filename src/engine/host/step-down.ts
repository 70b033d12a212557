import type { LoadAttempt } from './load-plan.js';

/** What was loaded in the end, and what had to be given up for it, in words. */
export interface Fitted<T> {
  readonly loaded: T;
  readonly steps: readonly string[];
}

/** Steps that are told: the last of each kind says it all. */
const toldSteps = 2;

/**
 * Tries one way of loading after the other until there is memory for it.
 * @param isOutOfMemory whether what a load threw means that a smaller one may work
 * @returns null when none fits
 * @throws what a load throws for another reason
 */
export async function firstThatFits<T>(
  plan: readonly LoadAttempt[],
  load: (attempt: LoadAttempt) => Promise<T>,
  isOutOfMemory: (error: unknown) => boolean,
): Promise<Fitted<T> | null> {
  const steps: string[] = [];
  for (const attempt of plan) {
    if (attempt.step !== null) steps.push(attempt.step);
    try {
      return { loaded: await load(attempt), steps: steps.slice(-toldSteps) };
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
    }
  }
  return null;
}
