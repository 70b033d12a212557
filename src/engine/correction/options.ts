import type { CheckPolicy, CorrectionRequest, SamplingRequest } from '../../contract/index.js';
import type { NativeOptions, NativeSampling } from './binding.js';
import type { GenerationOptions } from './native-loop.js';

const defaultMaxTokens = 128;
/** Sirius §5: r. */
const defaultAcceptThreshold = 0.1;
/** Sparse tokens between two dense probes of Fast mode: 3% of the passes. */
const defaultProbeEvery = 32;
/** Small enough for a pause to be answered soon, large enough for prefill to be as fast as with whole batches. */
const defaultPrefillChunk = 128;

const maxTokensLimit = 1_000_000;

function within(value: number | undefined, min: number, max: number, otherwise: number): number {
  if (value === undefined || Number.isNaN(value)) return otherwise;
  return Math.min(max, Math.max(min, value));
}

const whole = (value: number | undefined, min: number, max: number, otherwise: number): number =>
  Math.floor(within(value, min, max, otherwise));

/** Out-of-range numbers are moved to the nearest sensible one. */
export function nativeSampling(request: SamplingRequest = {}): NativeSampling {
  return {
    temperature: within(request.temperature, 0, 10, 0),
    topK: whole(request.topK, 0, 1_000_000, 0),
    topP: within(request.topP, 0.01, 1, 1),
    minP: within(request.minP, 0, 1, 0),
    repeatPenalty: within(request.repeatPenalty, 0.1, 10, 1),
    grammar: request.grammar ?? '',
  };
}

function nativeCheck(
  check: CheckPolicy | undefined,
): Pick<NativeOptions, 'check' | 'period' | 'riskBudget' | 'riskFloor' | 'riskCap'> {
  const floor = check?.kind === 'risk' ? whole(check.floor, 1, 64, 4) : 4;
  return {
    check: check?.kind ?? 'auto',
    period: check?.kind === 'fixed' ? whole(check.period, 1, 64, 16) : 16,
    riskBudget: check?.kind === 'risk' ? within(check.budget, 0, 1e6, 1) : 1,
    riskFloor: floor,
    riskCap: check?.kind === 'risk' ? whole(check.cap, floor, 64, 32) : 32,
  };
}

/** The native form of a request, with every default in place. */
export function nativeOptions(options: GenerationOptions): NativeOptions {
  const correction: CorrectionRequest = options.correction ?? { mode: 'dense' };
  return {
    mode: correction.mode,
    // no supported model has a multi-token head that llama.cpp can run beside the main one on a shared cache
    drafter: correction.drafter === 'mtp' ? 'auto' : (correction.drafter ?? 'auto'),
    ...nativeCheck(correction.check),
    acceptThreshold: within(correction.acceptThreshold, 0, 1, defaultAcceptThreshold),
    maxDraft: whole(correction.maxDraft, 0, 63, 0),
    denseFirst: whole(options.denseFirstTokens, 0, maxTokensLimit, 0),
    probeEvery: whole(options.probeEvery, 1, maxTokensLimit, defaultProbeEvery),
    maxTokens: whole(options.stop?.maxTokens, 0, maxTokensLimit, defaultMaxTokens),
    stopStrings: options.stop?.stopStrings ?? [],
    timeBudgetMs: within(options.stop?.timeBudgetMs, 0, 1e9, 0),
    provisional: options.provisional ?? false,
    prefillChunk: whole(options.prefillChunk, 1, 65_536, defaultPrefillChunk),
    keepFirst:
      options.contextShift === undefined ? -1 : whole(options.contextShift.keep, 0, maxTokensLimit, 0),
    seed: whole(options.sampling?.seed, 0, Number.MAX_SAFE_INTEGER, 0),
  };
}
