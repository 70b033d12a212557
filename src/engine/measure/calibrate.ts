import {
  calibrationMeasures,
  type CalibrateResult,
  type MeasuredSize,
  type Progress,
} from '../../contract/index.js';
import { tested, type CalibratingContext } from './measuring-context.js';
import { measureLoss, promptTokens } from './quality.js';
import { layerSensitivities } from './sensitivity.js';
import { mean } from './statistics.js';
import type { Steps } from './steps.js';

/** What calibration reads: the token ids of each file, and some of the same kind that it does not learn from. */
export interface Corpus {
  readonly files: readonly (readonly number[])[];
  /** Held out for the curves before and after. */
  readonly heldOut: readonly number[];
}

type Curve = CalibrateResult['before'];
type Tell = (share: number, message: string) => void;

const { densities, curve: curveSize, layer: layerSize } = calibrationMeasures;
/** The selector whose loss the curves show: thresholds by neuron, which calibration is for. */
const selector = 'chess';

/** Where the parts of the progress end: the curve before, learning, the curve with even densities, the layers one by one. */
const ends = { before: 0.1, learning: 0.45, even: 0.55, layers: 0.9 };

/**
 * Learns from dense passes over the files, measures what each layer costs alone, and measures loss over density before and after on
 * text that it did not learn from. The layers' costs stay in the profile only where densities by them lose less than even ones.
 *
 * @param context learns; it makes no sparse passes any more once it does
 * @param curves a second context, for what is measured; it works with the profile that the new one is compared to
 * @param profilePath where the profile is written, first without what is measured by it; whole when this returns
 * @param length positions the context holds; longer files are read in pieces
 */
export async function* calibrate(
  context: CalibratingContext,
  curves: CalibratingContext,
  corpus: Corpus,
  profilePath: string,
  length: number,
  onProgress: (progress: Progress) => void,
): Steps<CalibrateResult> {
  const tell: Tell = (share, message) => onProgress({ done: Math.round(share * 100), total: 100, message });
  const total = corpus.files.reduce((sum, file) => sum + file.length, 0);
  const heldOut = corpus.heldOut.slice(0, promptTokens + sizeOf(curveSize, total));
  const before = yield* curve(curves, heldOut, (share) => tell(ends.before * share, 'Loss before'));
  const tokens = yield* learn(context, corpus, length, (share, message) =>
    tell(ends.before + (ends.learning - ends.before) * share, message),
  );
  await context.writeProfile(profilePath, {});
  await curves.useProfile(profilePath);
  const even = yield* curve(curves, heldOut, (share) =>
    tell(ends.learning + (ends.even - ends.learning) * share, 'Loss after'),
  );
  const layerSensitivity = yield* layerSensitivities(curves, layerText(corpus.files, total), (share) =>
    tell(ends.even + (ends.layers - ends.even) * share, 'Layer by layer'),
  );
  await context.writeProfile(profilePath, { layerSensitivity });
  await curves.useProfile(profilePath);
  const allocated = yield* curve(curves, heldOut, (share) =>
    tell(ends.layers + (1 - ends.layers) * share, 'Loss after'),
  );
  const helps = lossOf(allocated) < lossOf(even);
  const after = helps ? allocated : even;
  await context.writeProfile(profilePath, {
    ...(helps && { layerSensitivity }),
    curve: after.map((point) => ({ selector, ...point })),
  });
  const layers = helps ? 'by-sensitivity' : 'even';
  return { profilePath, files: corpus.files.length, tokens, before, after, layers };
}

/** @returns tokens read */
async function* learn(
  context: CalibratingContext,
  { files }: Corpus,
  length: number,
  tell: Tell,
): Steps<number> {
  const total = files.reduce((sum, file) => sum + file.length, 0);
  await context.beginCalibration();
  let read = 0;
  for (const file of files) {
    for (let start = 0; start < file.length; start += length) {
      const part = file.slice(start, start + length);
      await context.truncate(tested, 0);
      for (let at = 0; at < part.length; at += context.chunk) {
        yield;
        const tokens = part.slice(at, at + context.chunk);
        await context.logits(tested, at, tokens, 'dense');
        read += tokens.length;
        tell(read / total, `${read} of ${total} tokens`);
      }
    }
  }
  return read;
}

const lossOf = (points: Curve): number => mean(points.map(({ kl }) => kl));

const sizeOf = ({ divisor, least, most }: MeasuredSize, total: number): number =>
  Math.min(most, Math.max(least, Math.floor(total / divisor)));

/** The start of the longest file, as much of it as the size of the calibration is worth. */
function layerText(files: Corpus['files'], total: number): readonly number[] {
  const longest = files.reduce((best, file) => (file.length > best.length ? file : best), []);
  return longest.slice(0, promptTokens + sizeOf(layerSize, total));
}

async function* curve(
  context: CalibratingContext,
  heldOut: readonly number[],
  onShare: (share: number) => void,
): Steps<Curve> {
  const points: { readonly density: number; readonly kl: number }[] = [];
  for (const [index, density] of densities.entries()) {
    const { kl } = yield* measureLoss(context, { selector, density }, heldOut, {
      onToken: (done) => onShare((index + done / (heldOut.length - promptTokens)) / densities.length),
    });
    points.push({ density, kl });
  }
  return points;
}

/** Splits token arrays of files: every fifth is held out, up to what the curves need; the others give at most `tokens`. */
export function splitCorpus(files: readonly (readonly number[])[], tokens: number): Corpus {
  const enough = promptTokens + curveSize.most;
  const [only] = files;
  if (files.length === 1 && only !== undefined) {
    const cut = Math.min(enough, Math.floor(only.length / 2));
    return { files: [only.slice(cut, cut + tokens)], heldOut: only.slice(0, cut) };
  }
  const heldOut: number[] = [];
  const kept: (readonly number[])[] = [];
  let left = tokens;
  for (const [index, file] of files.entries()) {
    if (index % 5 === 0 && heldOut.length < enough) heldOut.push(...file.slice(0, enough));
    else if (left > 0) {
      kept.push(file.slice(0, left));
      left -= file.length;
    }
  }
  return { files: kept, heldOut };
}
