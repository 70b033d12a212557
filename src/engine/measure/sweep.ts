import {
  inputSelectorIds,
  isLossless,
  leastGain,
  type BenchReport,
  type BenchRow,
  type BenchVariant,
  type Progress,
  type RefusedSelector,
  type SelectorId,
  type SparsityRequest,
  type SweepRequest,
} from '../../contract/index.js';
import { tooSlow } from '../host/selector-ratios.js';
import type { Measuring } from './measuring-context.js';
import { densePerplexity, measureLoss, promptTokens, type QualityLoss } from './quality.js';
import { measureSpeed, type SpeedRatio } from './speed.js';
import { median } from './statistics.js';
import type { Steps } from './steps.js';

/** The model under measurement. */
export interface SweepSubject {
  readonly id: string;
  readonly threads: number;
  readonly weightBytes: number;
  /** Selectors that run on this model. */
  readonly selectors: readonly SelectorId[];
  /** The others, and why not. */
  readonly refused: readonly RefusedSelector[];
}

const defaultDensities = [0.7, 0.5, 0.3];
const defaultTokens = 256;
const leastTokens = 16;
const defaultRuns = 5;

interface Setting {
  readonly selector: SelectorId;
  readonly density: number;
  readonly variant?: BenchVariant;
}

/** What a variant asks for besides selector and density. */
const variants: Readonly<Record<BenchVariant, Pick<SparsityRequest, 'hold' | 'weightNorm'>>> = {
  published: { hold: false },
  'weight-norm': { weightNorm: true },
};

/** The other ways in which a selector can be measured, behind its usual one. */
function variantsOf(selector: SelectorId): readonly BenchVariant[] {
  if (selector === 'cats') return ['published'];
  return inputSelectorIds.some((one) => one === selector) ? ['weight-norm'] : [];
}

/** The settings measured, in order. What only skips zeros has no density to set. */
export function settingsOf(request: SweepRequest, subject: SweepSubject): readonly Setting[] {
  const wanted = request.selectors ?? subject.selectors;
  const densities = request.densities ?? defaultDensities;
  return wanted
    .filter((selector) => selector !== 'none' && subject.selectors.includes(selector))
    .flatMap((selector) => {
      const usual = (isLossless(selector) ? [0.5] : densities).map((density) => ({ selector, density }));
      const others = request.variants === true ? variantsOf(selector) : [];
      return [
        ...usual,
        ...others.flatMap((variant) => densities.map((density) => ({ selector, density, variant }))),
      ];
    });
}

/** One setting measured; `refused` instead where no pass of it was sparse. */
interface Measured {
  readonly setting: Setting;
  readonly loss: QualityLoss;
  readonly speed: SpeedRatio | null;
  /** Weight bytes read per sparse token less than per dense token. */
  readonly spared: number;
  readonly extraMemoryBytes: number;
  readonly refused: string | null;
}

/**
 * Speed and loss of each setting against dense, side by side. Tokens/s of a row are dense tokens/s times the row's paired ratio, so
 * that a machine that gets busier meanwhile does not shift rows against each other.
 *
 * @param text token ids of held-out text: a dense prompt and what is measured
 * @throws RangeError when the text is too short
 */
export async function* sweep(
  context: Measuring,
  request: SweepRequest,
  subject: SweepSubject,
  text: readonly number[],
  onProgress: (progress: Progress) => void,
): Steps<BenchReport> {
  const prompt = request.promptTokens ?? promptTokens;
  const tokens = text.slice(0, prompt + (request.tokens ?? defaultTokens));
  refuseShort(tokens.length, prompt, request.tokens);
  const settings = settingsOf(request, subject);
  const perplexity = yield* densePerplexity(context, tokens, prompt);
  const measured: Measured[] = [];
  for (const [index, setting] of settings.entries()) {
    const tell = (share: number) =>
      onProgress({
        done: index + share,
        total: settings.length,
        message: `${setting.selector}, density ${setting.density}`,
      });
    tell(0);
    measured.push(yield* measureSetting(context, setting, request, tokens, tell));
  }
  onProgress({ done: settings.length, total: settings.length, message: '' });
  const speeds = measured.flatMap(({ speed }) => (speed === null ? [] : [speed]));
  const tokensPerSecond = perSecond(median(speeds.map(({ denseMs }) => denseMs)));
  return {
    model: subject.id,
    threads: subject.threads,
    dense: { tokensPerSecond, perplexity },
    stock: { tokensPerSecond: perSecond(median(speeds.map(({ stockMs }) => stockMs))) },
    rows: measured
      .filter(({ refused }) => refused === null)
      .map((one) => rowOf(one, subject, tokensPerSecond)),
    refused: [...refusals(request, subject), ...foundRefused(measured)],
  };
}

async function* measureSetting(
  context: Measuring,
  setting: Setting,
  { checks, promptTokens: prompt = promptTokens, runs = defaultRuns }: SweepRequest,
  tokens: readonly number[],
  tell: (share: number) => void,
): Steps<Measured> {
  const [next = 0] = tokens.slice(prompt);
  const { selector, density, variant } = setting;
  const asked = { selector, density, ...(variant !== undefined && variants[variant]) };
  const loss = yield* measureLoss(context, asked, tokens, {
    prompt,
    ...(checks !== undefined && { checks }),
    onToken: (done) => tell((0.8 * done) / (tokens.length - prompt)),
  });
  const { bytes, denseBytes, passes, denseReasons, gpuBytes } = await context.counters();
  const ran = passes.some((count) => count > 0);
  return {
    setting,
    loss,
    speed: ran && runs > 0 ? yield* measureSpeed(context, prompt, next, runs) : null,
    spared: sum(denseBytes) - sum(bytes),
    extraMemoryBytes: context.extraMemoryBytes(selector) + gpuBytes,
    refused: ran ? null : (denseReasons.find((reason) => reason !== null) ?? 'No pass was sparse.'),
  };
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

const perSecond = (ms: number): number => (Number.isFinite(ms) ? 1000 / ms : 0);

function refuseShort(length: number, prompt: number, wanted = leastTokens): void {
  const needed = prompt + wanted;
  if (length < needed)
    throw new RangeError(`the text to measure on has ${length} tokens; at least ${needed} are needed`);
}

/** Selectors that were asked for, or all, as far as they cannot run. */
const refusals = ({ selectors }: SweepRequest, subject: SweepSubject): readonly RefusedSelector[] =>
  subject.refused.filter(({ selector }) => selectors?.includes(selector) ?? true);

function foundRefused(measured: readonly Measured[]): readonly RefusedSelector[] {
  const reasons = new Map(
    measured.flatMap(({ setting: { selector }, refused }): [SelectorId, string][] =>
      refused === null ? [] : [[selector, refused]],
    ),
  );
  return [...reasons].map(([selector, reason]) => ({ selector, reason }));
}

function rowOf(measured: Measured, subject: SweepSubject, dense: number): BenchRow {
  const { setting, loss, speed, spared, extraMemoryBytes } = measured;
  const bytesPerToken = subject.weightBytes - spared;
  const { ratio, ratioSpread, stockRatio } = speed ?? { ratio: 0, ratioSpread: 0, stockRatio: 0 };
  return {
    ...setting,
    form: formOf(setting.selector),
    tokensPerSecond: dense * ratio,
    ratio,
    ratioSpread,
    stockRatio,
    bytesPerToken,
    ceilingShare: ratio / (subject.weightBytes / bytesPerToken),
    ...loss,
    extraMemoryBytes,
    off: speed === null ? 'Its speed was not measured.' : whyOff(ratio, ratioSpread),
  };
}

/** A gain must be worth it, and certain: larger than half of the spread of its pairs. */
function whyOff(ratio: number, spread: number): string | null {
  if (ratio < leastGain) return tooSlow(ratio);
  if (ratio - spread / 2 < leastGain)
    return `The gain is not certain (${ratio.toFixed(2)} \u00b1 ${(spread / 2).toFixed(2)} times the speed of Dense): measure again when the machine is less busy.`;
  return null;
}

function formOf(selector: SelectorId): BenchRow['form'] {
  if (selector === 'griffin') return 'fixed';
  return selector === 'rolling' ? 'rolling' : 'token';
}
