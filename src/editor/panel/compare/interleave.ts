/** What two settings gave, in the order asked: `left[i]` and `right[i]` were asked one right after the other. */
export interface Interleaved<T> {
  readonly left: readonly T[];
  readonly right: readonly T[];
}

/**
 * Asks both sides `runs` times after one unrecorded round, swapping who goes first every time, so that caches, clocks and
 * other load fall on both alike.
 */
export async function interleave<T>(
  ask: (side: 'left' | 'right') => Promise<T>,
  runs: number,
  onRound: (done: number) => void,
): Promise<Interleaved<T>> {
  const left: T[] = [];
  const right: T[] = [];
  for (let round = 0; round <= runs; round++) {
    const order = round % 2 === 0 ? (['left', 'right'] as const) : (['right', 'left'] as const);
    for (const side of order) {
      const result = await ask(side);
      if (round > 0) (side === 'left' ? left : right).push(result);
    }
    onRound(round + 1);
  }
  return { left, right };
}

/** The middle value; the lower of the two middle ones of an even number. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}
