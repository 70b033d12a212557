import {
  settings,
  type KnobChange,
  type KnobValues,
  type SelectorAvailability,
} from '../../../contract/index.js';
import type { SettingsHere, SettingsReader } from '../../settings/reader.js';
import { bestSelector, qualityTarget } from '../../settings/requests.js';
import { settingsOfStrength, strengthOf } from './strength.js';

/** The settings in force, as the panel's knobs show them. */
export function readKnobs(here: SettingsHere, selectors: readonly SelectorAvailability[]): KnobValues {
  const { sparsity, correction, quality } = settings;
  const selector = here.get(sparsity.selector);
  return {
    mode: here.get(settings.mode),
    selector,
    selectorInForce: selector === 'auto' ? bestSelector(selectors) : selector,
    density: here.get(sparsity.density),
    strength: strengthOf({
      acceptThreshold: here.get(correction.acceptThreshold),
      riskBudget: here.get(correction.riskBudget),
      riskCap: here.get(correction.riskCap),
      period: here.get(correction.period),
    }),
    hold: here.get(quality.hold),
    target: qualityTarget(here),
  };
}

/** Writes a turned knob to the ordinary settings it stands for. */
export async function turnKnob(reader: SettingsReader, change: KnobChange): Promise<void> {
  const { sparsity, quality } = settings;
  switch (change.knob) {
    case 'mode':
      return await reader.set(settings.mode, change.value);
    case 'selector':
      return await reader.set(sparsity.selector, change.value);
    case 'density':
      return await reader.set(sparsity.density, within(change.value, sparsity.density.schema));
    case 'hold':
      return await reader.set(quality.hold, change.value);
    case 'strength':
      for (const { setting, value } of settingsOfStrength(change.value)) await reader.set(setting, value);
      return;
    case 'target': {
      const { metric, limit } = change.value;
      await reader.set(quality.measure, metric === 'kl' ? 'kl' : 'agreement');
      if (metric === 'kl') await reader.set(quality.maxKl, within(limit, quality.maxKl.schema));
      else await reader.set(quality.minAgreement, within(1 - limit, quality.minAgreement.schema));
    }
  }
}

function within(value: number, schema: (typeof settings.sparsity.density)['schema']): number {
  if (schema.type !== 'number') return value;
  return Number(Math.min(Math.max(value, schema.minimum), schema.maximum).toPrecision(6));
}
