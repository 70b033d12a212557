import * as v from 'valibot';
import {
  type KnobValues,
  type LiveSample,
  type PanelEngineView,
  type PanelMessage,
  type PanelModel,
  type PanelPageState,
  type PanelState,
  type QualityStatus,
  type TaskState,
} from '../contract/index.js';
import { number, text, type Schema } from './check.js';
import { acceptance, calibration, comparison, measurement, plan } from './panel-results.js';
import {
  availability,
  compareSetting,
  metric,
  mode,
  selectorChoice,
  selectorId,
  strength,
  target,
} from './panel-shared.js';
import { loadStep, nextStep } from './shared.js';

const quality: Schema<QualityStatus> = v.object({
  target,
  phase: v.picklist(['settling', 'holding', 'off']),
  density: number,
  loss: v.nullable(number),
  probes: number,
  gain: v.nullable(number),
  off: v.exactOptional(v.picklist(['no-gain', 'unreachable'])),
});

const liveSample: Schema<LiveSample> = v.object({
  time: number,
  tokensPerSecond: number,
  firstTokenMs: v.nullable(number),
  density: number,
  densityPerLayer: v.array(number),
  drafted: number,
  accepted: number,
  rollbacks: number,
  drift: v.nullable(number),
  residentBytes: number,
  threads: number,
  vramBytes: v.exactOptional(number),
  quality: v.exactOptional(quality),
});

const model: Schema<PanelModel> = v.object({
  name: text,
  quantisation: text,
  layers: number,
  weightBytes: number,
  extraMemoryBytes: number,
  gpuLayers: number,
  stockReason: v.nullable(text),
  stepDowns: v.array(text),
  selectors: v.array(availability),
});

const engine: Schema<PanelEngineView> = v.variant('kind', [
  v.object({ kind: v.literal('ready'), model, busy: v.boolean() }),
  v.object({ kind: v.literal('asleep') }),
  v.object({ kind: v.literal('starting') }),
  v.object({ kind: v.literal('loading'), model: text, step: loadStep, percent: number }),
  v.object({ kind: v.literal('no-model') }),
  v.object({ kind: v.literal('down'), message: text, steps: v.array(nextStep) }),
]);

const knobs: Schema<KnobValues> = v.object({
  mode,
  selector: selectorChoice,
  selectorInForce: selectorId,
  density: number,
  strength: v.union([strength, v.literal('custom')]),
  hold: v.boolean(),
  target,
});

const task: Schema<TaskState> = v.variant('kind', [
  v.object({ kind: v.literal('idle') }),
  v.object({ kind: v.literal('running'), done: number, total: number, message: text }),
  v.object({ kind: v.literal('failed'), message: text, nextStep: v.nullable(text) }),
]);

const state: Schema<PanelState> = v.object({
  engine,
  knobs,
  profile: v.nullable(text),
  tasks: v.object({ measure: task, calibrate: task, compare: task }),
  measurement: v.nullable(measurement),
  plan: v.nullable(plan),
  calibration: v.nullable(calibration),
  comparison: v.nullable(comparison),
  acceptance,
});

/** What the trade-off panel accepts from the editor. */
export const panelMessage: Schema<PanelMessage> = v.variant('type', [
  v.object({ type: v.literal('state'), state }),
  v.object({ type: v.literal('history'), samples: v.array(liveSample) }),
  v.object({ type: v.literal('live'), sample: liveSample }),
  v.object({ type: v.literal('notice'), text }),
]);

/** What the trade-off panel keeps of itself while hidden. */
export const panelPageState: Schema<PanelPageState> = v.object({
  metric: v.nullable(metric),
  left: compareSetting,
  right: compareSetting,
  scroll: number,
  unfolded: v.array(text),
});
