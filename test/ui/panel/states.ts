import type {
  BenchReport,
  ComparedSide,
  LiveSample,
  PanelModel,
  PanelState,
  SelectorId,
} from '../../../src/contract/index.js';
import { toMeasurement } from '../../../src/editor/panel/measure/measurement.js';

export const model: PanelModel = {
  name: 'SmolLM2 135M Instruct',
  quantisation: 'Q4_1',
  layers: 30,
  weightBytes: 98_500_000,
  extraMemoryBytes: 62_000_000,
  gpuLayers: 0,
  stockReason: null,
  stepDowns: [],
  selectors: [
    { selector: 'cats', available: true, measuredRatio: 1.11 },
    { selector: 'chess', available: true, measuredRatio: 1.08 },
    { selector: 'griffin', available: true, measuredRatio: 1.31 },
    { selector: 'rolling', available: true, measuredRatio: 1.28 },
    {
      selector: 'teal',
      available: false,
      reason: 'It measured slower than dense here.',
      measuredRatio: 0.93,
    },
    { selector: 'exact-zero', available: false, reason: 'The model has no exact zeros (SiLU).' },
    { selector: 'predictor', available: false, reason: 'The profile holds no predictor.' },
  ],
};

const shapes: Readonly<Record<string, { readonly gain: number; readonly loss: number }>> = {
  cats: { gain: 0.25, loss: 0.05 },
  griffin: { gain: 0.75, loss: 0.16 },
  rolling: { gain: 0.7, loss: 0.09 },
  teal: { gain: -0.12, loss: 0.07 },
};

const selectors: readonly SelectorId[] = ['cats', 'griffin', 'rolling', 'teal'];
const densities = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

const report: BenchReport = {
  model: 'smollm2-135m',
  threads: 2,
  dense: { tokensPerSecond: 41.2, perplexity: 6.1 },
  stock: { tokensPerSecond: 28.4 },
  rows: selectors.flatMap((selector) =>
    densities.map((density) => {
      const { gain, loss } = shapes[selector] ?? { gain: 0, loss: 0 };
      const ratio = 1 + gain * (1 - density);
      const kl = loss * (Math.exp(4.5 * (1 - density)) - 1) * 0.12;
      return {
        selector,
        form: selector === 'griffin' ? 'fixed' : selector === 'rolling' ? 'rolling' : 'token',
        density,
        tokensPerSecond: 41.2 * ratio,
        ratio,
        ratioSpread: 0.03,
        bytesPerToken: 98_500_000 * (1 - 0.6 * (1 - density)),
        ceilingShare: 0.7,
        kl,
        top1: 1 - 0.3 * Math.sqrt(kl),
        perplexity: 6.1 * Math.exp(kl),
        extraMemoryBytes: 62_000_000,
        off: ratio < 1 ? 'slower than dense' : null,
      };
    }),
  ),
  refused: [
    { selector: 'exact-zero', reason: 'This model has no exact zeros: its activation is not ReLU.' },
    { selector: 'predictor', reason: 'There is no profile for this model.' },
  ],
};

export const measurement = toMeasurement(report, {
  model: 'abc',
  machine: 'def',
  time: Date.UTC(2026, 10, 22, 9, 30),
});

/** An engine at rest with a model, nothing measured yet. */
export const ready: PanelState = {
  engine: { kind: 'ready', model, busy: false },
  knobs: {
    mode: 'balanced',
    selector: 'auto',
    selectorInForce: 'griffin',
    density: 0.55,
    strength: 'standard',
    hold: false,
    target: { metric: 'kl', limit: 0.05 },
  },
  profile: null,
  tasks: { measure: { kind: 'idle' }, calibrate: { kind: 'idle' }, compare: { kind: 'idle' } },
  measurement: null,
  plan: null,
  calibration: null,
  comparison: null,
  acceptance: { since: Date.UTC(2026, 10, 1), byLanguage: {} },
};

const compared = (side: Partial<ComparedSide>): ComparedSide => ({
  setting: { mode: 'dense', selector: 'auto', density: 1 },
  pieces: [{ text: '    return total / len(values)\n', differs: false }],
  tokens: 9,
  firstTokenMs: 38,
  totalMs: 262,
  tokensPerSecond: 40.2,
  density: 1,
  off: null,
  ...side,
});

/** Everything measured, held, calibrated and compared. */
export const full: PanelState = {
  ...ready,
  profile: 'Quality',
  knobs: { ...ready.knobs, hold: true },
  measurement,
  plan: { folder: 'server/src', files: 212, bytes: 1_840_000, tokens: 20_000, seconds: 140 },
  calibration: {
    folder: 'server/src',
    files: 212,
    tokens: 20_000,
    time: Date.UTC(2026, 10, 22, 9, 40),
    before: densities.map((density) => ({ density, kl: 0.012 * (Math.exp(4.5 * (1 - density)) - 1) })),
    after: densities.map((density) => ({ density, kl: 0.009 * (Math.exp(4.5 * (1 - density)) - 1) })),
  },
  acceptance: {
    since: Date.UTC(2026, 10, 1),
    byLanguage: {
      python: {
        shown: 812,
        accepted: 241,
        partlyAccepted: 63,
        characters: 11_480,
        judged: 230,
        keptSum: 201.5,
      },
      typescript: { shown: 96, accepted: 20, partlyAccepted: 4, characters: 902, judged: 0, keptSum: 0 },
    },
  },
  comparison: {
    path: 'server/src/statistics.py',
    line: 42,
    runs: 3,
    left: compared({}),
    right: compared({
      setting: { mode: 'fast', selector: 'griffin', density: 0.5 },
      pieces: [
        { text: '    return ', differs: false },
        { text: 'sum(values)', differs: true },
        { text: ' / len(values)\n', differs: false },
      ],
      totalMs: 201,
      tokensPerSecond: 55.1,
      density: 0.52,
    }),
  },
};

/** Four minutes of generation with a pause, ending now. */
export function liveSamples(now: number): readonly LiveSample[] {
  return Array.from({ length: 800 }, (_, index) => index)
    .filter((index) => index < 300 || index > 420)
    .map((index) => {
      const wave = Math.sin(index / 25);
      return {
        time: now - (800 - index) * 300,
        tokensPerSecond: 52 + 4 * wave,
        firstTokenMs: 48 + 10 * Math.cos(index / 60),
        density: 0.55 + 0.03 * wave,
        densityPerLayer: Array.from(
          { length: 30 },
          (_value, layer) => 0.35 + 0.4 * Math.abs(Math.sin(layer / 7 + index / 90)),
        ),
        drafted: 14 + Math.round(3 * wave),
        accepted: 11 + Math.round(2 * wave),
        rollbacks: index % 50 === 0 ? 2 : 0,
        drift: 0.031 + 0.012 * wave,
        residentBytes: 310_000_000 + index * 20_000,
        threads: 2,
        quality: {
          target: { metric: 'kl', limit: 0.05 },
          phase: 'holding',
          density: 0.55,
          loss: 0.031 + 0.002 * wave,
          probes: 40 + index,
          gain: 1.24,
        },
      };
    });
}
