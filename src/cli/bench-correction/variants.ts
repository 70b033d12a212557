import type { CorrectionRequest, DrafterId, Mode, SparsityRequest } from '../../contract/index.js';

/** A way of generating that is raced against dense. */
export interface Variant {
  readonly mode: Mode;
  readonly drafter: DrafterId | 'auto';
  readonly correction: CorrectionRequest;
  /** Null: nothing is sparse. */
  readonly sparsity: SparsityRequest | null;
}

/** The rows of the benchmark: each mode as a user gets it, and Sirius as published (n = 16, r = 0.1) as the one to beat. */
export function variantsOf(sparsity: SparsityRequest): Variant[] {
  return [
    { mode: 'exact', drafter: 'ngram', correction: { mode: 'exact', drafter: 'ngram' }, sparsity: null },
    { mode: 'exact', drafter: 'auto', correction: { mode: 'exact' }, sparsity },
    { mode: 'balanced', drafter: 'auto', correction: { mode: 'balanced' }, sparsity },
    {
      mode: 'balanced',
      drafter: 'sparse-self',
      correction: {
        mode: 'balanced',
        drafter: 'sparse-self',
        check: { kind: 'fixed', period: 16 },
        acceptThreshold: 0.1,
      },
      sparsity,
    },
    { mode: 'fast', drafter: 'none', correction: { mode: 'fast' }, sparsity },
  ];
}
