import {
  modes,
  selectorIds,
  type CorrectionRequest,
  type SamplingRequest,
  type SparsityRequest,
  type StopRequest,
} from '../../contract/index.js';
import { EngineError } from '../engine-error.js';

/** The parts that every generating request has. */
export interface GenerationSettings {
  readonly sampling?: SamplingRequest;
  readonly stop?: StopRequest;
  readonly sparsity?: SparsityRequest;
  readonly correction?: CorrectionRequest;
}

/** @throws EngineError `bad-request` naming the value that makes no sense */
export function checkSettings({ sampling, stop, sparsity, correction }: GenerationSettings): void {
  within('temperature', sampling?.temperature, 0, 100);
  within('topP', sampling?.topP, 0, 1);
  within('minP', sampling?.minP, 0, 1);
  within('topK', sampling?.topK, 0, 1e9);
  within('repeatPenalty', sampling?.repeatPenalty, 0, 100);
  within('maxTokens', stop?.maxTokens, 0, 1e9);
  within('timeBudgetMs', stop?.timeBudgetMs, 0, 1e9);
  if (sparsity !== undefined) {
    if (!selectorIds.includes(sparsity.selector)) throw bad(`There is no selector "${sparsity.selector}".`);
    if (!(sparsity.density > 0 && sparsity.density <= 1))
      throw bad(`Density must be above 0 and at most 1, not ${sparsity.density}.`);
    const limit = sparsity.quality?.limit;
    if (limit !== undefined && !(limit > 0 && limit <= 100))
      throw bad(`The quality limit must be above 0 and at most 100, not ${limit}.`);
  }
  if (correction !== undefined && !modes.includes(correction.mode))
    throw bad(`There is no mode "${correction.mode}".`);
  within('acceptThreshold', correction?.acceptThreshold, 0, 1);
  within('treeWidth', correction?.treeWidth, 1, 8);
  if ((correction?.treeWidth ?? 1) > 1) throw bad(noTrees);
  within('maxDraft', correction?.maxDraft, 0, 64);
}

const noTrees =
  'Draft trees (treeWidth above 1) are not available: their branches need one pool of KV cells for several sequences, and ' +
  "node-llama-cpp's contexts keep a pool for each sequence. Set it to 1.";

function within(name: string, value: number | undefined, low: number, high: number): void {
  if (value === undefined || (value >= low && value <= high)) return;
  throw bad(`${name} must be between ${low} and ${high}, not ${value}.`);
}

const bad = (message: string): EngineError => new EngineError('bad-request', message);
