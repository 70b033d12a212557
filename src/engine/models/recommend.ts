import type { CatalogueModel } from '../../contract/index.js';

/** Licences that allow any use, commercial included. */
const freeLicences = /^(apache-2\.0|mit)$/i;
const memoryShare = 0.25;

/**
 * The model to recommend for completion: the largest that can fill in, may be used for anything, and leaves three quarters of the
 * memory to everything else (larger ones fit, but decode too slowly on a processor).
 * @param totalMemory bytes
 * @param fallbackId used when none qualifies
 */
export function recommend(
  models: readonly CatalogueModel[],
  totalMemory: number,
  fallbackId: string,
): string {
  const candidates = models
    .filter(({ fim, uses }) => fim && uses.includes('completion') && uses.length === 1)
    .filter(({ licence }) => freeLicences.test(licence))
    .filter(({ memory }) => memory <= totalMemory * memoryShare)
    .sort((left, right) => right.memory - left.memory);
  return candidates[0]?.id ?? fallbackId;
}
