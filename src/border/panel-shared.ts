import * as v from 'valibot';
import {
  correctionStrengths,
  modes,
  qualityMetrics,
  selectorIds,
  type CompareSetting,
  type QualityTarget,
  type SelectorAvailability,
  type SelectorChoice,
} from '../contract/index.js';
import { number, text, type Schema } from './check.js';

/** A number from 0 to 1, both allowed. */
export const fraction = v.pipe(number, v.minValue(0), v.maxValue(1));

export const mode = v.picklist(modes);
export const selectorId = v.picklist(selectorIds);
export const selectorChoice: Schema<SelectorChoice> = v.union([selectorId, v.literal('auto')]);
export const strength = v.picklist(correctionStrengths);
export const metric = v.picklist(qualityMetrics);

export const target: Schema<QualityTarget> = v.object({
  metric,
  limit: v.pipe(number, v.minValue(0), v.maxValue(100)),
});

export const compareSetting: Schema<CompareSetting> = v.object({
  mode,
  selector: selectorChoice,
  density: fraction,
});

export const availability: Schema<SelectorAvailability> = v.object({
  selector: selectorId,
  available: v.boolean(),
  reason: v.exactOptional(text),
  measuredRatio: v.exactOptional(number),
});
