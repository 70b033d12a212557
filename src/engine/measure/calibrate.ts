import type { CalibrateResult, Progress } from '../../contract/index.js';
import { tested, type CalibratingContext } from './measuring-context.js';
import { measureLoss, promptTokens } from './quality.js';
import type { Steps } from './steps.js';

/** What calibration reads: the token ids of each file, and some of the same kind that it does not learn from. */
export interface Corpus {
  readonly files: readonly (readonly number[])[];
  /** Held out for the curves before and after. */
  readonly heldOut: readonly number[];
}

type Curve = CalibrateResult['before'];

/** Densities of the curves. */
const densities = [0.7, 0.5, 0.3];
/** The selector whose loss the curves show: thresholds by neuron, which calibration is for. */
const selector = 'chess';
const heldOutTokens = 192;

/** Shares of the progress: the curve before, learning, the curve after. */
const before = 0.25;
const learning = 0.5;

/**
 * Learns from dense passes over the files, writes the profile, and measures loss over density before and after on text that it did
 * not learn from.
 *
 * @param context learns; it makes no sparse passes any more once it does
 * @param curves a second context, for the curves
 * @param length positions the context holds; each file is read from its start, as far as that goes
 */
export async function* calibrate(
  context: CalibratingContext,
  curves: CalibratingContext,
  corpus: Corpus,
  profilePath: string,
  length: number,
  onProgress: (progress: Progress) => void,
): Steps<CalibrateResult> {
  const total = corpus.files.reduce((sum, file) => sum + file.length, 0);
  const tell = (share: number, message: string) =>
    onProgress({ done: Math.round(share * 100), total: 100, message });
  const heldOut = corpus.heldOut.slice(0, promptTokens + heldOutTokens);
  const first = yield* curve(curves, heldOut, (share) => tell(before * share, 'Loss before'));
  await context.beginCalibration();
  let read = 0;
  for (const file of corpus.files) {
    for (let start = 0; start < file.length; start += length) {
      const part = file.slice(start, start + length);
      await context.truncate(tested, 0);
      for (let at = 0; at < part.length; at += context.chunk) {
        yield;
        const tokens = part.slice(at, at + context.chunk);
        await context.logits(tested, at, tokens, 'dense');
        read += tokens.length;
        tell(before + (learning * read) / total, `${read} of ${total} tokens`);
      }
    }
  }
  await context.writeProfile(profilePath, []);
  await curves.useProfile(profilePath);
  const second = yield* curve(curves, heldOut, (share) =>
    tell(before + learning + before * share, 'Loss after'),
  );
  await context.writeProfile(
    profilePath,
    second.map(({ density, kl }) => ({ selector, density, kl })),
  );
  return { profilePath, files: corpus.files.length, tokens: read, before: first, after: second };
}

async function* curve(
  context: CalibratingContext,
  heldOut: readonly number[],
  onShare: (share: number) => void,
): Steps<Curve> {
  const points: { readonly density: number; readonly kl: number }[] = [];
  for (const [index, density] of densities.entries()) {
    const { kl } = yield* measureLoss(context, { selector, density }, heldOut, (done) =>
      onShare((index + done / (heldOut.length - promptTokens)) / densities.length),
    );
    points.push({ density, kl });
  }
  return points;
}

/** Splits token arrays of files: every fifth is held out, up to what the curves need; the others give at most `tokens`. */
export function splitCorpus(files: readonly (readonly number[])[], tokens: number): Corpus {
  const enough = promptTokens + heldOutTokens;
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
