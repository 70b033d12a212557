import type { PassCounts } from '../../engine/correction/native-loop.js';

/** What passes cost in units of a dense step: v(n) of a dense pass over n tokens, c of a sparse step. */
export interface CostModel {
  verify(tokens: number): number;
  /** Null where no sparse step was made. */
  readonly sparse: number | null;
}

/**
 * What passes took in these generations, on average: with the other work of a cycle inside, such as a graph that is built anew when the
 * number of tokens changes. Sizes never seen lie on the line between their neighbours.
 * @param dense generations of single dense steps: the unit
 * @param drafted generations whose checks are looked at
 * @param sparse those of one sparse configuration
 */
export function measuredCosts(
  dense: readonly PassCounts[],
  drafted: readonly PassCounts[],
  sparse: readonly PassCounts[],
): CostModel {
  const step = meanOf(dense, 1) ?? Number.NaN;
  const sizes = Math.max(0, ...[...dense, ...drafted].map((passes) => passes.dense.length));
  const known = Array.from({ length: sizes }, (_, tokens) => ({ tokens, ms: meanOf(drafted, tokens) }))
    .flatMap(({ tokens, ms }) => (ms === null ? [] : [{ tokens, ratio: ms / step }]))
    .filter(({ tokens }) => tokens > 0);
  const table = known[0]?.tokens === 1 ? known : [{ tokens: 1, ratio: 1 }, ...known];
  const verify = (tokens: number): number => {
    const below = table.filter((entry) => entry.tokens <= tokens).at(-1);
    const above = table.find((entry) => entry.tokens >= tokens);
    if (below === undefined) return Number.NaN;
    if (above === undefined || above.tokens === below.tokens) return below.ratio * (tokens / below.tokens);
    const share = (tokens - below.tokens) / (above.tokens - below.tokens);
    return below.ratio + share * (above.ratio - below.ratio);
  };
  const steps = sum(sparse, (passes) => passes.sparse);
  return { verify, sparse: steps === 0 ? null : sum(sparse, ({ sparseMs }) => sparseMs) / steps / step };
}

/** Milliseconds of a dense pass over this many tokens; null where there was none. */
function meanOf(generations: readonly PassCounts[], tokens: number): number | null {
  const count = sum(generations, ({ dense }) => dense[tokens] ?? 0);
  return count === 0 ? null : sum(generations, ({ denseMs }) => denseMs[tokens] ?? 0) / count;
}

/** Sizes of dense passes that were made, ascending. */
export const sizesOf = (generations: readonly PassCounts[]): number[] => {
  const sizes = generations.flatMap(({ dense }) => dense.flatMap((count, size) => (count > 0 ? [size] : [])));
  return [...new Set(sizes)].sort((a, b) => a - b);
};

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

/** A GPU whose check of 16 tokens costs `sixteen` steps, with the sparse step of this machine. */
export function gpuCosts(sixteen: number, sparse: number | null): CostModel {
  return { verify: (tokens) => 1 + ((sixteen - 1) * (tokens - 1)) / 15, sparse };
}

/** Speed relative to dense that these passes would have had: tokens over their cost (dossier 8.3 with measured acceptance). */
export function predictedRatio(
  tokens: number,
  passes: Pick<PassCounts, 'sparse' | 'dense'>,
  costs: CostModel,
): number {
  let cost = passes.sparse * (costs.sparse ?? 1);
  passes.dense.forEach((count, size) => {
    if (count > 0) cost += count * costs.verify(size);
  });
  return cost > 0 ? tokens / cost : 1;
}
