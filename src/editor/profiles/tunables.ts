import { settings, type Setting } from '../../contract/index.js';

const { mode, sparsity, correction, quality, completion } = settings;

/** The settings a profile may set: how fast, how faithful and how eager. Never paths, models, memory or where it runs. */
export const tunables: readonly Setting<unknown>[] = [
  mode,
  sparsity.selector,
  sparsity.density,
  sparsity.denseFirstTokens,
  ...Object.values(correction),
  ...Object.values(quality),
  completion.eagerness,
  completion.multiline,
  completion.maxLines,
  completion.maxTokens,
  completion.contextTokens,
];
