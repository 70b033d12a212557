import type { SelectorId } from './modes.js';
import type { QualityTarget } from './quality.js';

/** What a request asks of the sparse engine. Density is the kept fraction, 0..1; 1 means dense. */
export interface SparsityRequest {
  readonly selector: SelectorId;
  /** Target density over the layers the selector applies to, 0 < density <= 1; lossless selectors have none. */
  readonly density: number;
  /** Layers that always stay dense (0-based). */
  readonly denseLayers?: readonly number[];
  /** Generated tokens at the start of a request that no sparse pass makes, in Fast and Balanced. Default 0. */
  readonly denseFirstTokens?: number;
  /** `cats`, `chess`, `teal`: thresholds follow the measured density. Default true; false: they stay as calibrated, as published. */
  readonly hold?: boolean;
  /** `teal`, `qsparse`, `block-qsparse`: channels are weighed by the norm of their weights too (WINA). Default false. */
  readonly weightNorm?: boolean;
  /** `rolling`: what each dense token leaves of older statistics, 0 < decay <= 1. Default 0.98. */
  readonly decay?: number;
  /** A density for each layer, in layer order, instead of `density` and of what a profile allots. */
  readonly layerDensity?: readonly number[];
  /** Quality first: `density` is only where the controller starts. */
  readonly quality?: QualityTarget;
}

/** What the sparse engine did, measured over the sparse passes of one request. */
export interface SparsityReport {
  readonly selector: SelectorId;
  /** Mean measured density over layers and tokens; 1 when everything ran dense. */
  readonly density: number;
  /** Mean measured density of each layer, in layer order; empty when everything ran dense. */
  readonly densityPerLayer: readonly number[];
  /** Weight bytes read per sparse token, counted by the kernels; absent when not counted. */
  readonly bytesPerToken?: number;
  /** Why the engine ran dense although sparsity was asked for; absent when it did as asked. */
  readonly off?: string;
}

/** Whether one selector can run on the loaded model and machine, and why not. */
export interface SelectorAvailability {
  readonly selector: SelectorId;
  readonly available: boolean;
  readonly reason?: string;
  /** Ratio to dense measured by the first-use probe on this machine; absent before the probe. */
  readonly measuredRatio?: number;
}
