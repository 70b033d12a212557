import {
  modes,
  selectorIds,
  type CorrectionRequest,
  type SamplingRequest,
  type SparsityRequest,
  type StopRequest,
} from '../../contract/index.js';
import { ranges } from '../correction/ranges.js';
import { EngineError } from '../engine-error.js';

/** The parts that every generating request has. */
export interface GenerationSettings {
  readonly sampling?: SamplingRequest;
  readonly stop?: StopRequest;
  readonly sparsity?: SparsityRequest;
  readonly correction?: CorrectionRequest;
}

/**
 * @param layers of the model
 * @throws EngineError `bad-request` naming the value that makes no sense
 */
export function checkSettings(
  { sampling, stop, sparsity, correction }: GenerationSettings,
  layers: number,
): void {
  const { check } = correction ?? {};
  within({ ...sampling, ...stop, ...correction, ...check });
  if (sparsity !== undefined) {
    if (!selectorIds.includes(sparsity.selector)) throw bad(`There is no selector "${sparsity.selector}".`);
    if (!isShare(sparsity.density))
      throw bad(`Density must be above 0 and at most 1, not ${sparsity.density}.`);
    if (sparsity.decay !== undefined && !isShare(sparsity.decay))
      throw bad(`Decay must be above 0 and at most 1, not ${sparsity.decay}.`);
    checkLayers(sparsity.layerDensity, layers);
    const limit = sparsity.quality?.limit;
    if (limit !== undefined && !(limit > 0 && limit <= 100))
      throw bad(`The quality limit must be above 0 and at most 100, not ${limit}.`);
  }
  if (correction !== undefined && !modes.includes(correction.mode))
    throw bad(`There is no mode "${correction.mode}".`);
}

const isShare = (value: number): boolean => value > 0 && value <= 1;

function checkLayers(densities: readonly number[] | undefined, layers: number): void {
  if (densities === undefined) return;
  if (densities.length !== layers)
    throw bad(
      `layerDensity must have one density for each of the ${layers} layers, not ${densities.length}.`,
    );
  const wrong = densities.find((density) => !isShare(density));
  if (wrong !== undefined) throw bad(`Every layer's density must be above 0 and at most 1, not ${wrong}.`);
}

/** Looks at every number that has a range. */
function within(values: Readonly<Record<string, unknown>>): void {
  for (const [name, [low, high]] of Object.entries(ranges)) {
    const value = values[name];
    if (value === undefined || (typeof value === 'number' && value >= low && value <= high)) continue;
    const given = typeof value === 'number' ? String(value) : `a ${typeof value}`;
    throw bad(`${name} must be between ${low} and ${high}, not ${given}.`);
  }
}

const bad = (message: string): EngineError => new EngineError('bad-request', message);
