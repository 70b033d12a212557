export type { GreedyDecode, LogitsComparison, NativeBinding } from './binding.js';
export { platformName } from './bins.js';
export { loadNative, NativeBuildUnusable, type LoadedNative, type LoadNativeOptions } from './load.js';
