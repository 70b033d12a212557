import { commonPrefixLength } from '../generation/common-prefix.js';

/** The dense cells of a sequence: their tokens, and how many of them are what a fresh evaluation gives. */
export interface Cells {
  readonly tokens: readonly number[];
  readonly exact: number;
}

/** What of the cells a prompt uses: a prefix of `cached`, then `count` cells that stand `gap` positions too late. */
export interface CachePlan {
  readonly cached: number;
  readonly exact: number;
  readonly moved: { readonly gap: number; readonly count: number };
}

/** Cells worth moving: below this, evaluating them is as fast. */
const leastMoved = 32;
const none = { gap: 0, count: 0 };

/**
 * @param shift whether cells that are only near a fresh evaluation will do: moved ones, and those a former shift left
 * @returns always at least one prompt token short of the whole prompt: its logits are needed
 */
export function cachePlan(cells: Cells, prompt: readonly number[], shift: boolean): CachePlan {
  const known = shift ? cells.tokens : cells.tokens.slice(0, cells.exact);
  const most = prompt.length - 1;
  const cached = Math.min(commonPrefixLength(known, prompt), most);
  const exact = Math.min(cells.exact, cached);
  if (!shift) return { cached, exact, moved: none };
  for (let gap = 1; cached + gap + leastMoved <= known.length; gap++) {
    const count = matchLength(known, cached + gap, prompt, cached, most - cached);
    if (count >= leastMoved) return { cached, exact, moved: { gap, count } };
  }
  return { cached, exact, moved: none };
}

function matchLength(
  a: readonly number[],
  fromA: number,
  b: readonly number[],
  fromB: number,
  most: number,
): number {
  let length = 0;
  while (length < most && fromA + length < a.length && a[fromA + length] === b[fromB + length]) length++;
  return length;
}
