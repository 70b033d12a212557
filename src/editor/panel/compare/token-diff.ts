import { diffArrays } from 'diff';

/** A run of token ids that both sides have (`differs` false) or that only this side has. */
export interface TokenRun {
  readonly ids: readonly number[];
  readonly differs: boolean;
}

export interface TokenDiff {
  readonly left: readonly TokenRun[];
  readonly right: readonly TokenRun[];
}

/** Marks, on each side, the runs of tokens that the other side does not have. */
export function diffTokens(left: readonly number[], right: readonly number[]): TokenDiff {
  const changes = diffArrays([...left], [...right]);
  const side = (gone: 'added' | 'removed'): readonly TokenRun[] =>
    changes
      .filter((change) => !change[gone])
      .map((change) => ({ ids: change.value, differs: change.added || change.removed }));
  return { left: side('added'), right: side('removed') };
}
