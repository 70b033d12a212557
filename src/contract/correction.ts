import type { DrafterId, Mode } from './modes.js';

/** When a dense check of sparsely drafted tokens is made, in Balanced mode; Exact checks as is fastest. */
export type CheckPolicy =
  /** After as many tokens as pay off by what passes cost here and how many pass; earlier as by `risk`. */
  | { readonly kind: 'auto'; readonly budget?: number; readonly floor?: number }
  /** Sirius as published: every `period` tokens (default 16). */
  | { readonly kind: 'fixed'; readonly period: number }
  /**
   * When accumulated risk (entropy, margin, skipped mass) reaches `budget` (default 2), never before `floor` nor after `cap` tokens;
   * and at the end of every statement.
   */
  | { readonly kind: 'risk'; readonly budget: number; readonly floor: number; readonly cap: number };

/** What a request asks of the correction loop. Every field has a default chosen by the engine. */
export interface CorrectionRequest {
  readonly mode: Mode;
  readonly drafter?: DrafterId | 'auto';
  /** Default `auto`. */
  readonly check?: CheckPolicy;
  /** Balanced: a drafted token passes while its dense likelihood at temperature 0.6 is >= this. Default 0.1. */
  readonly acceptThreshold?: number;
  /** Longest draft, in tokens. Default chosen by the controller. */
  readonly maxDraft?: number;
  /** Paths that a greedy sparse draft keeps side by side (Sirius' w), 1 to 8; a dense pass checks them all at once. Default 1. */
  readonly treeWidth?: number;
}

/** Whether repeats found in text that is known already may be drafted. */
export const looksUpRepeats = (correction: CorrectionRequest | undefined): boolean =>
  (correction?.mode === 'exact' || correction?.mode === 'balanced') &&
  ['auto', 'ngram'].includes(correction.drafter ?? 'auto');

/** Counts over one request. AAL = tokens per check; EPD = ((n-1)d+1)/AAL (Sirius §4). */
export interface SpeculationReport {
  /** Tokens that a check looked at, on all paths. */
  readonly drafted: number;
  readonly accepted: number;
  readonly verifies: number;
  readonly rollbacks: number;
  readonly drafter?: DrafterId;
  readonly averageAdvance?: number;
  readonly effectiveDensity?: number;
  /** Why speculation was off although the mode asked for it. */
  readonly off?: string;
}
