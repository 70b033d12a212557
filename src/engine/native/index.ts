export { linearRoles, type LinearRole, type Pass } from './binding.js';
export type {
  CalibrationExtra,
  EngineInfo as SparseEngineInfo,
  GreedyDecode,
  LogitsComparison,
  NativeBinding,
  Products,
  ProfileHandle,
  QualityPoint,
  SparseCounters,
  SparseSettings,
} from './binding.js';
export { platformName } from './bins.js';
export { withContext } from './internals.js';
export { loadNative, NativeBuildUnusable, type LoadedNative, type LoadNativeOptions } from './load.js';
export { SparseContext } from './sparse-context.js';
export { skipsInputs, SparseEngine, type OpenSparseEngineOptions } from './sparse-engine.js';
