import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type {
  BenchReport,
  CalibrateRequest,
  CalibrateResult,
  SelectorId,
  SweepRequest,
} from '../../../contract/index.js';
import { EngineError } from '../../engine-error.js';
import type { LoadedModel, MeasuringSource } from '../../host/loaded-model.js';
import { profileFile } from '../../host/profile-file.js';
import { calibrate, splitCorpus } from '../../measure/calibrate.js';
import { sourceFiles } from '../../measure/corpus.js';
import type { MeasuringContext } from '../../measure/measuring-context.js';
import { sampleText } from '../../measure/sample.js';
import { runSteps, type Steps } from '../../measure/steps.js';
import { sweep, type SweepSubject } from '../../measure/sweep.js';
import type { Handler } from '../register.js';
import type { Services } from '../services.js';

/** Positions of a measuring context: a prompt, the text, and what is decoded for timing. */
const length = 768;
const longestText = 640;

/** The density at which a selector's gain stands for it where only one number can be shown. */
const typicalDensity = 0.5;

/** Measures speed and loss of selectors and densities in the background; only one measurement runs at a time. */
export const sweepModel =
  (services: Services): Handler<SweepRequest, BenchReport> =>
  (request, signal) =>
    services.host.use(signal, async (model, ended) => {
      const source = measurable(model);
      const text = model.vocabulary.encode(request.text ?? sampleText).slice(0, longestText);
      const subject = subjectOf(model, source);
      const report = await onContext(source, services, ended, (context) =>
        sweep(context, request, subject, text, services.onProgress),
      );
      services.host.measured(model, typicalRatios(report));
      return report;
    });

const defaultCalibrationTokens = 20_000;

/** Learns from the code in a folder, writes the model's profile, and uses it from then on. */
export const calibrateModel =
  (services: Services): Handler<CalibrateRequest, CalibrateResult> =>
  (request, signal) =>
    services.host.use(signal, async (model, ended) => {
      const source = measurable(model);
      const wanted = request.tokens ?? defaultCalibrationTokens;
      const corpus = splitCorpus(await tokensOf(request.folder, model, wanted, ended), wanted);
      if (corpus.files.length === 0 || corpus.heldOut.length < 80)
        throw new EngineError(
          'bad-request',
          `${path.basename(request.folder)} holds too little source code to learn from.`,
          'Choose a folder with more code.',
        );
      const profile = profileFile(services.profiles, model.info.identity.sha256);
      await mkdir(path.dirname(profile), { recursive: true });
      const curves = await source.open(length);
      const result = await onContext(source, services, ended, (context) =>
        calibrate(context, curves, corpus, profile, length, services.onProgress),
      ).finally(() => curves.dispose());
      const refused = await model.sparsity.useProfile(profile);
      if (refused !== null) throw new EngineError('profile-refused', refused);
      return result;
    });

/** Token ids of the folder's files, a little more than wanted: some are held out. */
async function tokensOf(
  folder: string,
  model: LoadedModel,
  wanted: number,
  signal: AbortSignal,
): Promise<readonly (readonly number[])[]> {
  const longest = Math.max(Math.ceil(wanted / 10), 512);
  const files: (readonly number[])[] = [];
  let tokens = 0;
  for await (const { text } of sourceFiles(folder, signal)) {
    const ids = model.vocabulary.encode(text.slice(0, 64_000)).slice(0, longest);
    files.push(ids);
    tokens += ids.length;
    if (tokens > wanted * 1.3) break;
  }
  return files;
}

/** @throws EngineError where the model or the build is dense only */
function measurable({ measuring, info }: LoadedModel): MeasuringSource {
  if (measuring !== null) return measuring;
  const reason = info.selectors.find(({ available }) => !available)?.reason;
  throw new EngineError(
    'profile-refused',
    `There is nothing to measure: everything runs dense. ${reason ?? ''}`.trim(),
  );
}

async function onContext<T>(
  source: MeasuringSource,
  { scheduler }: Services,
  signal: AbortSignal,
  steps: (context: MeasuringContext) => Steps<T>,
): Promise<T> {
  const context = await source.open(length);
  try {
    return await runSteps(scheduler, steps(context), signal);
  } catch (error) {
    if (signal.aborted) throw new EngineError('cancelled', 'The measurement was cancelled.');
    throw error;
  } finally {
    await context.dispose();
  }
}

const subjectOf = ({ info, threads }: LoadedModel, { ffnBytes }: MeasuringSource): SweepSubject => ({
  id: info.identity.id,
  threads,
  weightBytes: info.weightBytes,
  ffnBytes,
  extraMemoryBytes: info.extraMemoryBytes,
  selectors: info.selectors.filter(({ available }) => available).map(({ selector }) => selector),
});

/** Each selector's ratio at the measured density next to a half. */
function typicalRatios({ rows }: BenchReport): ReadonlyMap<SelectorId, number> {
  const byDistance = [...rows].sort(
    (left, right) => Math.abs(right.density - typicalDensity) - Math.abs(left.density - typicalDensity),
  );
  return new Map(byDistance.map(({ selector, ratio }) => [selector, ratio]));
}
