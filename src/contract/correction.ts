import type { DrafterId, Mode } from './modes.js';

/** When a dense check of drafted tokens is made. */
export type CheckPolicy =
  /** Sirius as published: every `period` tokens (default 16). */
  | { readonly kind: 'fixed'; readonly period: number }
  /** When accumulated risk (entropy, margin, skipped mass) reaches `budget`; never before `floor` nor after `cap` tokens. */
  | { readonly kind: 'risk'; readonly budget: number; readonly floor: number; readonly cap: number };

/** What a request asks of the correction loop. Every field has a default chosen by the engine. */
export interface CorrectionRequest {
  readonly mode: Mode;
  readonly drafter?: DrafterId | 'auto';
  readonly check?: CheckPolicy;
  /** Balanced: a drafted token passes while its dense likelihood at temperature 0.6 is >= this. Default 0.1. */
  readonly acceptThreshold?: number;
  /** Balanced: tree width, 1..8. Default 1; more than 1 is refused, with the reason, until trees are built. */
  readonly treeWidth?: number;
  /** Longest draft, in tokens. Default chosen by the controller. */
  readonly maxDraft?: number;
}

/** Counts over one request. AAL = tokens per check; EPD = ((n-1)d+1)/AAL (Sirius §4). */
export interface SpeculationReport {
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
