import type { CostSnapshot } from '../../engine/correction/binding.js';
import type { PassCounts } from '../../engine/correction/native-loop.js';

/** What passes cost in units of a dense step: v(n) of a dense pass over n tokens, c of a sparse step. */
export interface CostModel {
  verify(tokens: number): number;
  readonly sparse: number;
}

/** The table measured on this machine; sizes never seen lie on the line between their neighbours. */
export function measuredCosts(snapshot: CostSnapshot): CostModel {
  const known = snapshot.dense
    .map((ms, index) => ({ tokens: index + 1, ms }))
    .filter(({ ms }) => Number.isFinite(ms));
  const single = known.find(({ tokens }) => tokens === 1)?.ms ?? Number.NaN;
  const verify = (tokens: number): number => {
    const below = known.filter((entry) => entry.tokens <= tokens).at(-1);
    const above = known.find((entry) => entry.tokens >= tokens);
    if (below === undefined) return Number.NaN;
    if (above === undefined || above.tokens === below.tokens)
      return (below.ms / single) * (tokens / below.tokens);
    const share = (tokens - below.tokens) / (above.tokens - below.tokens);
    return (below.ms + share * (above.ms - below.ms)) / single;
  };
  return { verify, sparse: snapshot.sparseRatio ?? 1 };
}

/** A GPU whose check of 16 tokens costs `sixteen` steps, with the sparse step of this machine. */
export function gpuCosts(sixteen: number, sparse: number): CostModel {
  return { verify: (tokens) => 1 + ((sixteen - 1) * (tokens - 1)) / 15, sparse };
}

/** Speed relative to dense that these passes would have had: tokens over their cost (dossier 8.3 with measured acceptance). */
export function predictedRatio(tokens: number, passes: PassCounts, costs: CostModel): number {
  let cost = passes.sparse * costs.sparse;
  passes.dense.forEach((count, size) => {
    if (count > 0) cost += count * costs.verify(size);
  });
  return cost > 0 ? tokens / cost : 1;
}
