import { isLossless, type SparsityReport, type SparsityRequest } from '../../contract/index.js';
import type { EngineInfo, SparseCounters, SparseSettings } from './binding.js';

/** @throws RangeError for a selector that the CPU engine does not have. */
export function settingsOf(request: SparsityRequest): SparseSettings {
  const { selector, density, denseLayers, layerDensity, decay, hold, weightNorm } = request;
  if (selector === 'predictor') throw new RangeError('the predictor selector is not built yet');
  return {
    selector,
    density,
    ...(denseLayers === undefined ? {} : { denseLayers: Int32Array.from(denseLayers) }),
    ...(layerDensity === undefined ? {} : { layerDensity: Float32Array.from(layerDensity) }),
    ...(decay === undefined ? {} : { decay }),
    ...(hold === undefined ? {} : { hold }),
    ...(weightNorm === undefined ? {} : { weightNorm }),
  };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 1 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The counters in the contract's words. A layer without sparse passes counts as dense (density 1). */
export function reportOf(
  request: SparsityRequest,
  counters: SparseCounters,
  engine: EngineInfo,
): SparsityReport {
  const { selector } = request;
  const sparsePasses = counters.passes.some((passes) => passes > 0);
  if (!sparsePasses) {
    const asked = selector !== 'none' && (isLossless(selector) || request.density < 1);
    const reason = [...counters.denseReasons, ...engine.denseReasons].find((text) => text !== null);
    return {
      selector,
      density: 1,
      densityPerLayer: [],
      ...(asked ? { off: reason ?? 'no sparse pass was made' } : {}),
    };
  }
  const densityPerLayer = Array.from(counters.passes, (passes, layer) =>
    passes > 0 ? (counters.density[layer] ?? 1) : 1,
  );
  return {
    selector,
    density: mean(densityPerLayer),
    densityPerLayer,
    bytesPerToken: counters.bytes.reduce((sum, bytes) => sum + bytes, 0),
  };
}
