import {
  isLossless,
  leastGain,
  type SelectorAvailability,
  type SelectorId,
  type SparsityRequest,
} from '../../contract/index.js';

/** The density at which ratios to dense are measured where one number has to stand for a selector. */
export const ratioDensity = 0.5;

/** Selectors with their measured ratios to dense, where there are some. */
export function withRatios(
  selectors: readonly SelectorAvailability[],
  ratios: ReadonlyMap<SelectorId, number>,
): readonly SelectorAvailability[] {
  return selectors.map((known) => {
    const measuredRatio = ratios.get(known.selector);
    if (measuredRatio === undefined) return known;
    const slow = known.available && measuredRatio < leastGain;
    return { ...known, measuredRatio, ...(slow && { reason: tooSlow(measuredRatio) }) };
  });
}

/**
 * Why a request is not worth running sparsely on this machine; null when it may be. A pass that keeps less than what was measured
 * takes at best that much less time: what does not gain even then is off.
 */
export function offByRatio(
  { selector, density, layerDensity }: SparsityRequest,
  ratio: number | undefined,
): string | null {
  if (ratio === undefined || layerDensity !== undefined) return null;
  const atBest = isLossless(selector) ? ratio : ratio * Math.max(1, ratioDensity / density);
  return atBest < leastGain ? tooSlow(ratio) : null;
}

/** Why a setting with this ratio to dense is off. */
export const tooSlow = (ratio: number): string =>
  `Measured ${ratio.toFixed(2)} times the speed of Dense here; less than 3% gain is not worth a loss.`;
