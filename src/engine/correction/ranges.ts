/** What the numbers of a request may be: both ends included. Requests outside are refused; the loop itself is given the nearest. */
export const ranges = {
  temperature: [0, 10],
  topK: [0, 1_000_000],
  topP: [0, 1],
  minP: [0, 1],
  repeatPenalty: [0.1, 10],
  maxTokens: [0, 1 << 20],
  timeBudgetMs: [0, 1e9],
  acceptThreshold: [0, 1],
  /** Drafted tokens; a check reads one more. */
  maxDraft: [0, 64],
  treeWidth: [1, 8],
  period: [1, 64],
  budget: [0, 100],
  floor: [1, 64],
  cap: [1, 64],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;

export type Ranged = keyof typeof ranges;

/** The nearest number in the range; `otherwise` for none. */
export function nearest(name: Ranged, value: number | undefined, otherwise: number): number {
  if (value === undefined || Number.isNaN(value)) return otherwise;
  const [low, high] = ranges[name];
  return Math.min(high, Math.max(low, value));
}

/** The nearest whole number in the range; `otherwise` for none. */
export const nearestWhole = (name: Ranged, value: number | undefined, otherwise: number): number =>
  Math.floor(nearest(name, value, otherwise));
