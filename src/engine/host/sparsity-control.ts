import type { SelectorAvailability, SparsityReport, SparsityRequest } from '../../contract/index.js';

/** The sparse engine of one context, as the scheduler's tasks use it: configured before each step, read after it. */
export interface SparsityControl {
  readonly selectors: readonly SelectorAvailability[];
  readonly extraMemoryBytes: number;
  /**
   * Takes effect at the next decode step of the context.
   * @returns why the request runs dense all the same, or null when it is as asked
   */
  configure(request: SparsityRequest): string | null;
  /** What was measured since the last call; then counting starts anew. */
  take(): SparsityMeasurement;
  dispose(): void;
}

/** Sums over sparse passes, so that the steps of a paused request can be added up. */
export interface SparsityMeasurement {
  readonly passes: number;
  /** Sum over passes of each layer's kept fraction, in layer order; empty when nothing ran sparse. */
  readonly densitySums: readonly number[];
  readonly bytes: number;
}

export const denseRequest: SparsityRequest = { selector: 'none', density: 1 };

const nothing: SparsityMeasurement = { passes: 0, densitySums: [], bytes: 0 };

/** A control for builds that cannot be sparse. */
export function denseControl(selectors: readonly SelectorAvailability[], reason: string): SparsityControl {
  return {
    selectors,
    extraMemoryBytes: 0,
    configure: (request) => (request.selector === 'none' || request.density >= 1 ? null : reason),
    take: () => nothing,
    dispose: () => undefined,
  };
}

/** The report of one request from its measurements. */
export function sparsityReport(
  request: SparsityRequest,
  measurements: readonly SparsityMeasurement[],
  off: string | null,
): SparsityReport {
  const passes = measurements.reduce((sum, { passes }) => sum + passes, 0);
  const layers = Math.max(0, ...measurements.map(({ densitySums }) => densitySums.length));
  const densityPerLayer =
    passes === 0
      ? []
      : Array.from(
          { length: layers },
          (_, layer) =>
            measurements.reduce((sum, { densitySums }) => sum + (densitySums[layer] ?? 0), 0) / passes,
        );
  const density =
    densityPerLayer.length === 0
      ? 1
      : densityPerLayer.reduce((sum, value) => sum + value, 0) / densityPerLayer.length;
  const bytes = measurements.reduce((sum, measurement) => sum + measurement.bytes, 0);
  return {
    selector: off === null ? request.selector : 'none',
    density,
    densityPerLayer,
    ...(bytes > 0 && passes > 0 ? { bytesPerToken: bytes / passes } : {}),
    ...(off === null ? {} : { off }),
  };
}
