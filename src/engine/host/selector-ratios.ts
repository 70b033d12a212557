import { leastGain, type SelectorAvailability, type SelectorId } from '../../contract/index.js';

/** Selectors with their measured ratios to dense: new ones where there are some, otherwise those known before. */
export function withRatios(
  selectors: readonly SelectorAvailability[],
  before: readonly SelectorAvailability[],
  ratios: ReadonlyMap<SelectorId, number>,
): readonly SelectorAvailability[] {
  return selectors.map((known) => {
    const earlier = before.find(({ selector }) => selector === known.selector)?.measuredRatio;
    const measuredRatio = ratios.get(known.selector) ?? earlier;
    if (measuredRatio === undefined) return known;
    const slow = known.available && measuredRatio < leastGain;
    return { ...known, measuredRatio, ...(slow && { reason: tooSlow(measuredRatio) }) };
  });
}

/** Why a setting with this ratio to dense is off. */
export const tooSlow = (ratio: number): string =>
  `Measured ${ratio.toFixed(2)} times the speed of Dense here; less than 3% gain is not worth a loss.`;
