/** How drafted tokens are accepted; what the user sees as "mode" (DESIGN.md, "The sparse engine"). */
export const modes = ['dense', 'exact', 'balanced', 'fast'] as const;
export type Mode = (typeof modes)[number];

/**
 * Which rule decides what a sparse pass may skip. Names follow the published methods:
 * `cats` one |act(gate)| threshold per layer (CATS §3); `chess` per-neuron thresholds weighted by contribution (CHESS);
 * `griffin` a fixed mask from prompt statistics (GRIFFIN, Sirius CSparse); `rolling` the same, refreshed from every dense pass;
 * `topk` the K largest |gate| a token (Sirius FSparse); `teal` magnitude of a linear's input; `qsparse` exact top-K of a
 * linear's input; `block-qsparse` top-K in each block of 32 channels; `exact-zero` lossless skips of ReLU zeros;
 * `predictor` an early-layer predictor (ShadowLLM); `none` dense.
 */
export const selectorIds = [
  'none',
  'cats',
  'chess',
  'topk',
  'griffin',
  'rolling',
  'teal',
  'qsparse',
  'block-qsparse',
  'exact-zero',
  'predictor',
] as const;
export type SelectorId = (typeof selectorIds)[number];

/** Those that skip neurons of a feed-forward block, on the layouts that every sparse load builds. */
export const neuronSelectorIds = [
  'cats',
  'chess',
  'topk',
  'griffin',
  'rolling',
  'exact-zero',
] as const satisfies readonly SelectorId[];

/** Those that skip input channels of linears, on layouts of their own that are built when one is first used. */
export const inputSelectorIds = ['teal', 'qsparse', 'block-qsparse'] as const satisfies readonly SelectorId[];

/** Skips only what the model itself made zero: nothing is lost, and there is no density to choose. */
export const isLossless = (selector: SelectorId): boolean => selector === 'exact-zero';

export const drafterIds = ['none', 'ngram', 'sparse-self'] as const;
export type DrafterId = (typeof drafterIds)[number];
