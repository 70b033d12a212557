import type { BenchReport } from '../../contract/index.js';

/** The least top-1 agreement with dense at which a setting counts as hardly lossy. */
const hardlyLossy = 0.95;

/** In words: the fastest setting that agrees with dense in 95 of 100 tokens, or why there is none. */
export function hardlyLossyWords({ rows }: BenchReport): string {
  const agreeing = rows.filter(({ top1 }) => top1 >= hardlyLossy);
  const [best] = [...agreeing].sort(
    (left, right) => Number(left.off !== null) - Number(right.off !== null) || right.ratio - left.ratio,
  );
  const start = `Top-1 agreement >= ${hardlyLossy}: `;
  if (best === undefined) return `${start}no setting measured; Dense is what to use.`;
  const { selector, density, ratio, off } = best;
  const setting = `${selector} at density ${density}`;
  if (off !== null) return `${start}off. The fastest is ${setting}: ${off}`;
  return `${start}${setting} is fastest, ${ratio.toFixed(2)} times the speed of Dense.`;
}
