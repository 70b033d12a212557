import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type {
  BenchReport,
  CalibrateRequest,
  CalibrateResult,
  CalibrationSources,
  MeasuringTask,
  Progress,
  SelectorId,
  SweepRequest,
} from '../../../contract/index.js';
import { EngineError } from '../../engine-error.js';
import type { LoadedModel, MeasuringSource } from '../../host/loaded-model.js';
import { profileFile } from '../../host/profile-file.js';
import { ratioDensity } from '../../host/selector-ratios.js';
import { calibrate, splitCorpus } from '../../measure/calibrate.js';
import { sourceFiles, sourcesIn } from '../../measure/corpus.js';
import type { MeasuringContext } from '../../measure/measuring-context.js';
import { promptTokens } from '../../measure/quality.js';
import { holdsSample, sampleText } from '../../measure/sample.js';
import { runSteps, type Steps } from '../../measure/steps.js';
import { sweep, type SweepSubject } from '../../measure/sweep.js';
import type { Handler } from '../register.js';
import type { Services } from '../services.js';
import { speedKey } from './speed-key.js';

/** Positions of the contexts that calibrate: a prompt, the text of the curves, and pieces of files. */
const length = 768;
/** Positions beyond the text: what is decoded for timing. */
const spare = 32;
const defaultTextTokens = 256;

/** Measures speed and loss of selectors and densities in the background; only one measurement runs at a time. */
export const sweepModel =
  (services: Services): Handler<SweepRequest, BenchReport> =>
  (request, signal) =>
    services.host.use(signal, async (model, ended) => {
      const source = measurable(model);
      const subject = subjectOf(model);
      if (subject.selectors.length === 0) throw nothingToMeasure(model);
      const { promptTokens: prompt = promptTokens, tokens = defaultTextTokens, profile } = request;
      const text = model.vocabulary.encode(request.text ?? sampleText).slice(0, prompt + tokens);
      const open = () => openWith(source, text.length + spare, profile);
      const report = await onContext(open, services, ended, (context) =>
        sweep(context, request, subject, text, progressOf('sweep', services)),
      );
      if (profile === undefined && report.dense.tokensPerSecond > 0) {
        const ratios = typicalRatios(report);
        const key = await speedKey(services, model);
        const { runs = settlingRuns } = request;
        // a hasty measurement is one look among others
        const known = await (runs >= settlingRuns
          ? services.speeds.settle(key, ratios)
          : services.speeds.add(key, ratios));
        services.host.refreshSelectors(model, known.ratios);
      }
      return report;
    });

/** Timings a setting from which on a measurement stands for itself. */
const settlingRuns = 3;

const progressOf =
  (task: MeasuringTask, { onProgress }: Services) =>
  (progress: Progress): void =>
    onProgress({ ...progress, task });

/** What calibrating on a folder would read. Works without a loaded model. */
export const findCalibrationSources: Handler<{ readonly folder: string }, CalibrationSources> = (
  { folder },
  signal,
) => sourcesIn(folder, signal);

const defaultCalibrationTokens = 20_000;
/** A prompt and a little more. */
const leastHeldOut = 80;
const words = { code: 'source code', prose: 'prose' } as const;

/** Learns from the code in a folder, writes the model's profile, and uses it from then on. */
export const calibrateModel =
  (services: Services): Handler<CalibrateRequest, CalibrateResult> =>
  (request, signal) =>
    services.host.use(signal, async (model, ended) => {
      const source = measurable(model);
      const wanted = request.tokens ?? defaultCalibrationTokens;
      const corpus = splitCorpus(await tokensOf(request, model, wanted, ended), wanted);
      if (corpus.files.length === 0 || corpus.heldOut.length < leastHeldOut)
        throw new EngineError(
          'bad-request',
          `${path.basename(request.folder)} holds too little ${words[request.reads ?? 'code']} to learn from.`,
          'Choose a folder with more of it.',
        );
      const profile = request.output ?? profileFile(services.profiles, model.info.identity.sha256);
      // Beside its place until it is whole: a calibration that is cancelled leaves the profile of before.
      const unfinished = `${profile}.${process.pid}.new`;
      await mkdir(path.dirname(profile), { recursive: true });
      const curves = await source.open(length);
      try {
        const result = await onContext(
          () => source.open(length),
          services,
          ended,
          (context) =>
            calibrate(context, curves, corpus, unfinished, length, progressOf('calibrate', services)),
        );
        await rename(unfinished, profile);
        if (request.output === undefined) await putToUse(profile, model, services);
        return { ...result, profilePath: profile };
      } finally {
        await curves.dispose();
        await rm(unfinished, { force: true });
      }
    });

async function putToUse(profile: string, model: LoadedModel, { host }: Services): Promise<void> {
  const refused = await model.sparsity.useProfile(profile);
  host.refreshSelectors(model, new Map());
  if (refused !== null) throw new EngineError('profile-refused', refused);
}

/** @throws EngineError `profile-refused` */
async function openWith(
  source: MeasuringSource,
  positions: number,
  profile: SweepRequest['profile'],
): Promise<MeasuringContext> {
  try {
    return await source.open(positions, profile);
  } catch (error) {
    if (typeof profile !== 'string') throw error;
    throw new EngineError('profile-refused', error instanceof Error ? error.message : String(error));
  }
}

/** Token ids of the folder's files, a little more than wanted: some are held out. */
async function tokensOf(
  { folder, reads }: CalibrateRequest,
  model: LoadedModel,
  wanted: number,
  signal: AbortSignal,
): Promise<readonly (readonly number[])[]> {
  const longest = Math.max(Math.ceil(wanted / 10), 512);
  const files: (readonly number[])[] = [];
  let tokens = 0;
  for await (const { text } of sourceFiles(folder, signal, reads)) {
    if (holdsSample(text)) continue;
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
  throw nothingToMeasure({ info });
}

function nothingToMeasure({ info }: Pick<LoadedModel, 'info'>): EngineError {
  const reason = info.selectors.find(({ available }) => !available)?.reason;
  return new EngineError(
    'nothing-to-measure',
    `There is nothing to measure: everything runs dense. ${reason ?? ''}`.trim(),
  );
}

async function onContext<T>(
  open: () => Promise<MeasuringContext>,
  { scheduler }: Services,
  signal: AbortSignal,
  steps: (context: MeasuringContext) => Steps<T>,
): Promise<T> {
  const context = await open();
  try {
    return await runSteps(scheduler, steps(context), signal);
  } catch (error) {
    if (signal.aborted) throw new EngineError('cancelled', 'The measurement was cancelled.');
    throw error;
  } finally {
    await context.dispose();
  }
}

const subjectOf = ({ info, threads }: LoadedModel): SweepSubject => ({
  id: info.identity.id,
  threads,
  weightBytes: info.weightBytes,
  selectors: info.selectors
    .filter(({ available, selector }) => available && selector !== 'none')
    .map(({ selector }) => selector),
  refused: info.selectors.flatMap(({ available, selector, reason }) =>
    available ? [] : [{ selector, reason: reason ?? 'It does not run here.' }],
  ),
});

/** The ratios that stand for a selector: those measured at the density they stand for, or next to it. */
function typicalRatios({ rows }: BenchReport): ReadonlyMap<SelectorId, number> {
  return new Map(
    rows
      .filter(({ density, variant }) => Math.abs(density - ratioDensity) < 0.051 && variant === undefined)
      .map(({ selector, ratio }) => [selector, ratio]),
  );
}
