import type { SelectorId } from '../modes.js';
import { choice, integer, integers, number } from './kinds.js';

const selectorTexts: Readonly<Record<SelectorId, string>> = {
  none: 'Dense: nothing is skipped.',
  cats: 'CATS: one gate threshold per layer.',
  chess: 'CHESS: a gate threshold per neuron, weighted by what the neuron contributes.',
  topk: 'The K largest gate values of each token.',
  griffin: 'GRIFFIN: a fixed set of neurons chosen from the prompt.',
  rolling: 'Like griffin, refreshed from every dense check.',
  teal: 'TEAL: input channels of small magnitude are skipped.',
  qsparse: 'Q-Sparse: the K largest input channels, exactly.',
  'block-qsparse': 'Block Q-Sparse: the K largest channels in every block of 32.',
  'exact-zero': 'Lossless: only zeros that the model itself produces (ReLU models).',
  predictor: 'ShadowLLM: a small predictor chooses neurons ahead of the layer.',
};

export const sparsity = {
  selector: choice<'auto' | SelectorId>({
    id: 'sparsity.selector',
    text: 'Which rule decides what a sparse pass may skip.',
    default: 'auto',
    choices: {
      auto: 'The fastest one that was measured to beat dense on this machine, the most faithful of several that are as fast; dense where none does.',
      ...selectorTexts,
    },
  }),
  density: number({
    id: 'sparsity.density',
    text: 'The fraction of neurons that a sparse pass keeps. 1 keeps all of them; lower is faster and less faithful.',
    default: 0.5,
    minimum: 0.05,
    maximum: 1,
  }),
  denseLayers: integers({
    id: 'sparsity.denseLayers',
    text: 'Layers that always stay dense, counted from 0.',
    default: [],
    minimum: 0,
    maximum: 1023,
  }),
  denseFirstTokens: integer({
    id: 'sparsity.denseFirstTokens',
    text: 'How many tokens at the start of every answer no sparse pass makes (Fast and Balanced).',
    default: 0,
    minimum: 0,
    maximum: 4096,
  }),
} as const;
