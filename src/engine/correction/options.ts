import { randomInt } from 'node:crypto';
import {
  settings,
  type CheckPolicy,
  type CorrectionRequest,
  type SamplingRequest,
} from '../../contract/index.js';
import type { NativeOptions, NativeSampling } from './binding.js';
import type { GenerationOptions } from './native-loop.js';
import { nearest, nearestWhole, ranges } from './ranges.js';

const defaultMaxTokens = 128;
/** Sparse tokens between two dense probes of Fast mode: 3% of the passes. */
const defaultProbeEvery = 32;
/** Small enough for a pause to be answered soon, large enough for prefill to be as fast as with whole batches. */
const defaultPrefillChunk = 128;

const [, mostTokens] = ranges.maxTokens;

/** Any whole number of tokens or of a seed. */
const whole = (value: number | undefined, low: number, high: number, otherwise: number): number =>
  value === undefined || Number.isNaN(value) ? otherwise : Math.floor(Math.min(high, Math.max(low, value)));

/** Out-of-range numbers are moved to the nearest sensible one. */
export function nativeSampling(request: SamplingRequest = {}): NativeSampling {
  return {
    temperature: nearest('temperature', request.temperature, 0),
    topK: nearestWhole('topK', request.topK, 0),
    topP: nearest('topP', request.topP, 1),
    minP: nearest('minP', request.minP, 0),
    repeatPenalty: nearest('repeatPenalty', request.repeatPenalty, 1),
    grammar: request.grammar ?? '',
  };
}

const { period, riskBudget, riskFloor, riskCap, acceptThreshold } = settings.correction;

function nativeCheck(
  check: CheckPolicy = { kind: 'auto' },
): Pick<NativeOptions, 'check' | 'period' | 'riskBudget' | 'riskFloor' | 'riskCap'> {
  const risk: { readonly budget?: number; readonly floor?: number } = check.kind === 'fixed' ? {} : check;
  const floor = nearestWhole('floor', risk.floor, riskFloor.default);
  const cap = check.kind === 'risk' ? check.cap : undefined;
  return {
    check: check.kind,
    period: nearestWhole('period', check.kind === 'fixed' ? check.period : undefined, period.default),
    riskBudget: nearest('budget', risk.budget, riskBudget.default),
    riskFloor: floor,
    riskCap: Math.max(floor, nearestWhole('cap', cap, riskCap.default)),
  };
}

/** The native form of a request, with every default in place. A request without a seed gets one of its own. */
export function nativeOptions(options: GenerationOptions): NativeOptions {
  const correction: CorrectionRequest = options.correction ?? { mode: 'dense' };
  return {
    mode: correction.mode,
    drafter: correction.drafter ?? 'auto',
    ...nativeCheck(correction.check),
    acceptThreshold: nearest('acceptThreshold', correction.acceptThreshold, acceptThreshold.default),
    maxDraft: nearestWhole('maxDraft', correction.maxDraft, 0),
    treeWidth: nearestWhole('treeWidth', correction.treeWidth, settings.correction.treeWidth.default),
    denseFirst: whole(options.denseFirstTokens, 0, mostTokens, 0),
    probeEvery: whole(options.probeEvery, 1, mostTokens, defaultProbeEvery),
    maxTokens: nearestWhole('maxTokens', options.stop?.maxTokens, defaultMaxTokens),
    stopStrings: options.stop?.stopStrings ?? [],
    timeBudgetMs: nearest('timeBudgetMs', options.stop?.timeBudgetMs, 0),
    provisional: options.provisional ?? false,
    prefillChunk: whole(options.prefillChunk, 1, 65_536, defaultPrefillChunk),
    keepFirst: options.contextShift === undefined ? -1 : whole(options.contextShift.keep, 0, mostTokens, 0),
    seed: whole(options.sampling?.seed, 0, Number.MAX_SAFE_INTEGER, randomInt(2 ** 32)),
  };
}
