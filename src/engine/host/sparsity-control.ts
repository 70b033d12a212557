import {
  isLossless,
  type SelectorAvailability,
  type SelectorId,
  type SparsityReport,
  type SparsityRequest,
} from '../../contract/index.js';

/** What a request is to the sequence it runs on. */
export interface Turn {
  /** Cells of the sequence that the request's prompt begins with: what was learnt from them still holds. */
  readonly kept: number;
  /** Aborted when nobody waits for the request any more. */
  readonly signal: AbortSignal;
}

/** The sparse engine of one context, as generations use it. Settings, masks and counters belong to a sequence. */
export interface SparsityControl {
  readonly selectors: readonly SelectorAvailability[];
  readonly extraMemoryBytes: number;
  /** The profile file in use, or null. */
  readonly profile: string | null;
  /**
   * Before the first step of a request: its settings, counters at zero; masks and statistics as far as they are of its prompt.
   * Layouts that only this selector needs are built now, which takes seconds; an abort ends the wait, not the building.
   * @returns why the request runs dense all the same, or null when it is as asked
   */
  begin(sequence: number, request: SparsityRequest, turn: Turn): Promise<string | null>;
  /** Before every step: makes this sequence's settings the ones in force. */
  select(sequence: number): Promise<void>;
  /** What the request's sparse passes did. */
  report(sequence: number): Promise<SparsityReport>;
  /**
   * Uses what calibration learnt, from the next request on. While a profile is refused everything runs dense: thresholds that
   * fit other weights, or none where the user relies on theirs, would lose quality unnoticed.
   * @returns why the profile is refused, or null
   */
  useProfile(path: string): Promise<string | null>;
  /** Ratios to dense were measured, at density 0.5; earlier ones of other selectors stay. What does not gain is off. */
  useRatios(ratios: ReadonlyMap<SelectorId, number>): void;
  dispose(): Promise<void>;
}

export const denseRequest: SparsityRequest = { selector: 'none', density: 1 };

/** Whether a request wants anything but dense passes. */
export const wantsSparsity = (request: SparsityRequest | undefined): request is SparsityRequest =>
  request !== undefined &&
  request.selector !== 'none' &&
  (isLossless(request.selector) || request.density < 1 || request.layerDensity !== undefined);

export const denseReport: SparsityReport = { selector: 'none', density: 1, densityPerLayer: [] };

/** A control for builds and models that cannot be sparse. */
export function denseControl(selectors: readonly SelectorAvailability[], reason: string): SparsityControl {
  return {
    selectors,
    extraMemoryBytes: 0,
    profile: null,
    begin: (_sequence, request) => Promise.resolve(wantsSparsity(request) ? reason : null),
    select: () => Promise.resolve(),
    report: () => Promise.resolve(denseReport),
    useProfile: () => Promise.resolve(reason),
    useRatios: () => undefined,
    dispose: () => Promise.resolve(),
  };
}
