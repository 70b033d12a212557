import type { CorrectionRequest, DrafterId, Mode, SparsityRequest } from '../../contract/index.js';

/** A way of generating that is raced against dense. */
export interface Variant {
  /** What the table calls it: mode, drafter, and what else tells it from its neighbours. */
  readonly name: string;
  readonly mode: Mode;
  readonly drafter: DrafterId | 'auto';
  readonly correction: CorrectionRequest;
  /** Null: nothing is sparse. */
  readonly sparsity: SparsityRequest | null;
}

const plain = (
  mode: Mode,
  drafter: Variant['drafter'],
  sparsity: SparsityRequest | null,
  correction: Omit<CorrectionRequest, 'mode'> = {},
): Variant => ({ name: `${mode}/${drafter}`, mode, drafter, correction: { mode, ...correction }, sparsity });

/** Sirius' own period (section 5). */
const period = 16;

/** Sirius: sparse drafts whatever they cost, checked every 16 tokens. `treeWidth`: its w. */
const published = (
  name: string,
  sparsity: SparsityRequest,
  acceptThreshold: number,
  treeWidth = 1,
): Variant => ({
  ...plain('balanced', 'sparse-self', sparsity, {
    drafter: 'sparse-self',
    check: { kind: 'fixed', period },
    acceptThreshold,
    treeWidth,
  }),
  name,
});

/** The rows of the benchmark: each mode as a user gets it, and Sirius as published (n = 16, r = 0.1) as the one to beat. */
export const variantsOf = (sparsity: SparsityRequest): Variant[] => [
  plain('exact', 'ngram', null, { drafter: 'ngram' }),
  plain('exact', 'auto', sparsity),
  plain('balanced', 'auto', sparsity),
  published('balanced/sparse-self', sparsity, 0.1),
  plain('fast', 'none', sparsity),
];

/**
 * Sirius in its two sparse forms, coarse (a mask from the prompt) and fine (the largest gates of each token), at both of its r, as a
 * chain and as the tree that it was timed with.
 */
export const siriusVariants = (density: number): Variant[] =>
  (['griffin', 'topk'] as const).flatMap((selector) =>
    [1, 4].flatMap((w) =>
      [0.1, 0.05].map((r) =>
        published(`sirius/${selector} w ${String(w)} r ${String(r)}`, { selector, density }, r, w),
      ),
    ),
  );
