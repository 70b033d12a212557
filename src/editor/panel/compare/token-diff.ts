import { diffArrays } from 'diff';
import type { ComparedPiece } from '../../../contract/index.js';

/** A generated text as the tokens it came in. */
export type TokenTexts = readonly string[];

export interface TokenDiff {
  readonly left: readonly ComparedPiece[];
  readonly right: readonly ComparedPiece[];
}

/** Marks, on each side, the runs of tokens that the other side does not have. */
export function diffTokens(left: TokenTexts, right: TokenTexts): TokenDiff {
  const changes = diffArrays([...left], [...right]);
  const side = (gone: 'added' | 'removed') =>
    changes
      .filter((change) => !change[gone])
      .map((change) => ({ text: change.value.join(''), differs: change.added || change.removed }));
  return { left: side('added'), right: side('removed') };
}
