import type { BenchReport, BenchRow, Progress, SelectorId, SweepRequest } from '../../contract/index.js';
import type { Measuring } from './measuring-context.js';
import { measureLoss, promptTokens } from './quality.js';
import { measureSpeed, type SpeedRatio } from './speed.js';
import { median } from './statistics.js';
import type { Steps } from './steps.js';

/** The model under measurement. */
export interface SweepSubject {
  readonly id: string;
  readonly threads: number;
  readonly weightBytes: number;
  /** Bytes of the feed-forward weights that sparse passes may skip. */
  readonly ffnBytes: number;
  readonly extraMemoryBytes: number;
  /** Selectors that run on this model. */
  readonly selectors: readonly SelectorId[];
}

const defaultDensities = [0.7, 0.5, 0.3];
const defaultTokens = 256;
const defaultRuns = 5;

/** A gain below this is not worth a loss: the setting is off on this machine. */
const worthIt = 1.03;

interface Setting {
  readonly selector: SelectorId;
  readonly density: number;
}

/** The settings measured, in order. What only skips zeros has no density to set. */
export function settingsOf(request: SweepRequest, subject: SweepSubject): readonly Setting[] {
  const wanted = request.selectors ?? subject.selectors;
  const densities = request.densities ?? defaultDensities;
  return wanted
    .filter((selector) => selector !== 'none' && subject.selectors.includes(selector))
    .flatMap((selector) =>
      (selector === 'exact-zero' ? [0.5] : densities).map((density) => ({ selector, density })),
    );
}

/**
 * Speed and loss of each setting against dense, side by side. Tokens/s of a row are dense tokens/s times the row's paired ratio, so
 * that a machine that gets busier meanwhile does not shift rows against each other.
 *
 * @param text token ids of held-out text, more than a dense prompt of 64
 * @throws RangeError when the text is too short
 */
export async function* sweep(
  context: Measuring,
  request: SweepRequest,
  subject: SweepSubject,
  text: readonly number[],
  onProgress: (progress: Progress) => void,
): Steps<BenchReport> {
  const tokens = text.slice(0, promptTokens + (request.tokens ?? defaultTokens));
  const [next] = tokens.slice(promptTokens);
  if (next === undefined || tokens.length < promptTokens + 16)
    throw new RangeError(
      `the text to measure on has ${text.length} tokens; at least ${promptTokens + 16} are needed`,
    );
  const settings = settingsOf(request, subject);
  const measured: {
    readonly setting: Setting;
    readonly speed: SpeedRatio;
    readonly row: Omit<BenchRow, 'tokensPerSecond'>;
  }[] = [];
  for (const [index, setting] of settings.entries()) {
    const tell = (share: number) =>
      onProgress({
        done: index + share,
        total: settings.length,
        message: `${setting.selector}, density ${setting.density}`,
      });
    tell(0);
    const loss = yield* measureLoss(context, setting, tokens, (done) =>
      tell((0.8 * done) / (tokens.length - promptTokens)),
    );
    const { bytes } = await context.counters();
    const speed = yield* measureSpeed(context, promptTokens, next, request.runs ?? defaultRuns);
    const bytesPerToken =
      subject.weightBytes - subject.ffnBytes + bytes.reduce((sum, value) => sum + value, 0);
    measured.push({
      setting,
      speed,
      row: { ...setting, form: formOf(setting.selector), ...loss, ...gainOf(speed, bytesPerToken, subject) },
    });
  }
  const denseTokensPerSecond = 1000 / median(measured.map(({ speed }) => speed.denseMs));
  onProgress({ done: settings.length, total: settings.length, message: '' });
  return {
    model: subject.id,
    threads: subject.threads,
    dense: { tokensPerSecond: Number.isFinite(denseTokensPerSecond) ? denseTokensPerSecond : 0 },
    rows: measured.map(({ row }) => ({ ...row, tokensPerSecond: denseTokensPerSecond * row.ratio })),
  };
}

function gainOf({ ratio, ratioSpread }: SpeedRatio, bytesPerToken: number, subject: SweepSubject) {
  const ceiling = subject.weightBytes / bytesPerToken;
  return {
    ratio,
    ratioSpread,
    bytesPerToken,
    ceilingShare: ceiling > 1 ? (ratio - 1) / (ceiling - 1) : 0,
    extraMemoryBytes: subject.extraMemoryBytes,
    off: whyOff(ratio, ratioSpread),
  };
}

/** A gain must be worth it, and certain: larger than half of the spread of its pairs. */
function whyOff(ratio: number, spread: number): string | null {
  if (ratio < worthIt)
    return `Measured ${ratio.toFixed(2)} times the speed of Dense here; less than 3% gain is not worth a loss.`;
  if (ratio - spread / 2 < worthIt)
    return `The gain is not certain (${ratio.toFixed(2)} \u00b1 ${(spread / 2).toFixed(2)} times the speed of Dense): measure again when the machine is less busy.`;
  return null;
}

function formOf(selector: SelectorId): BenchRow['form'] {
  if (selector === 'griffin') return 'fixed';
  return selector === 'rolling' ? 'rolling' : 'token';
}
