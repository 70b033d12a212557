import { boolean, integer, text } from './kinds.js';

export const engine = {
  threads: integer({
    id: 'engine.threads',
    text: 'Processor threads the model may use; 0 uses the physical cores.',
    default: 0,
    minimum: 0,
    maximum: 512,
    scope: 'machine',
  }),
  gpuLayers: integer({
    id: 'engine.gpuLayers',
    text: 'Layers placed on the GPU; -1 places as many as fit, 0 uses the processor alone.',
    default: -1,
    minimum: -1,
    maximum: 1024,
    scope: 'machine',
  }),
  sparseLayouts: boolean({
    id: 'engine.sparseLayouts',
    text: 'Keep a second, faster layout of the feed-forward weights for sparse passes. Costs memory, shown in the panel.',
    default: true,
    scope: 'machine',
  }),
  idleUnloadMinutes: integer({
    id: 'engine.idleUnloadMinutes',
    text: 'Minutes without a request after which the model leaves memory; 0 keeps it.',
    default: 30,
    minimum: 0,
    maximum: 10080,
    scope: 'machine',
  }),
  binaries: text({
    id: 'engine.binaries',
    text: 'Folder of a native build to use in place of the one that came with the extension.',
    default: '',
    scope: 'machine',
  }),
} as const;
