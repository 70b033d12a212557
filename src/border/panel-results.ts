import * as v from 'valibot';
import {
  type AcceptanceCounts,
  type AcceptanceStatistics,
  type CalibrationOutcome,
  type CalibrationPlan,
  type ComparedSide,
  type Comparison,
  type CurvePoint,
  type MeasuredPoint,
  type Measurement,
} from '../contract/index.js';
import { number, text, type Schema } from './check.js';
import { compareSetting, metric, selectorId } from './panel-shared.js';

const measuredPoint: Schema<MeasuredPoint> = v.object({
  id: text,
  selector: selectorId,
  form: v.picklist(['token', 'fixed', 'rolling']),
  density: number,
  tokensPerSecond: number,
  ratio: number,
  ratioSpread: number,
  stockRatio: v.exactOptional(number),
  bytesPerToken: number,
  ceilingShare: number,
  kl: number,
  top1: number,
  perplexity: number,
  extraMemoryBytes: number,
  off: v.nullable(text),
  frontier: v.array(metric),
});

/** Also what the results store accepts from disk. */
export const measurement: Schema<Measurement> = v.object({
  model: text,
  machine: text,
  time: number,
  threads: number,
  denseTokensPerSecond: number,
  stockTokensPerSecond: v.exactOptional(number),
  points: v.array(measuredPoint),
  refused: v.exactOptional(v.array(v.object({ selector: selectorId, reason: text }))),
});

export const plan: Schema<CalibrationPlan> = v.object({
  folder: text,
  files: number,
  bytes: number,
  tokens: number,
  seconds: v.nullable(number),
});

const curvePoint: Schema<CurvePoint> = v.object({ density: number, kl: number });

/** Also what the results store accepts from disk. */
export const calibration: Schema<CalibrationOutcome> = v.object({
  folder: text,
  files: number,
  tokens: number,
  time: number,
  before: v.array(curvePoint),
  after: v.array(curvePoint),
});

const comparedSide: Schema<ComparedSide> = v.object({
  setting: compareSetting,
  pieces: v.array(v.object({ text, differs: v.boolean() })),
  tokens: number,
  firstTokenMs: number,
  totalMs: number,
  tokensPerSecond: number,
  density: number,
  off: v.nullable(text),
});

export const comparison: Schema<Comparison> = v.object({
  path: text,
  line: number,
  runs: number,
  left: comparedSide,
  right: comparedSide,
});

const acceptanceCounts: Schema<AcceptanceCounts> = v.object({
  shown: number,
  accepted: number,
  partlyAccepted: number,
  characters: number,
  judged: number,
  keptSum: number,
});

export const acceptance: Schema<AcceptanceStatistics> = v.object({
  since: number,
  byLanguage: v.record(text, acceptanceCounts),
});
