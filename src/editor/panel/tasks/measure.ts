import * as vscode from 'vscode';
import {
  neuronSelectorIds,
  notifications,
  requests,
  settings,
  type MeasuringTask,
  type SweepRequest,
} from '../../../contract/index.js';
import type { Ctx } from '../../ctx.js';
import type { Desk } from '../desk.js';
import { toMeasurement } from '../measure/measurement.js';
import type { OnProgress } from './tasks.js';

/** Hands the engine's progress with a task on while `job` runs. */
export async function withEngineProgress<T>(
  ctx: Ctx,
  task: MeasuringTask,
  onProgress: OnProgress,
  job: () => Promise<T>,
): Promise<T> {
  const stop = ctx.engine.client.on(notifications.progress, (progress) => {
    if (progress.task === task) onProgress(progress.done, progress.total, progress.message);
  });
  try {
    return await job();
  } finally {
    stop();
  }
}

/**
 * Every available selector of neurons at three densities, in a minute or two on a small model. Those of input channels would
 * take memory for a second copy of the projections; `sparse-pilot bench` measures them.
 */
const panelSweep: SweepRequest = {
  selectors: neuronSelectorIds,
  densities: [0.7, 0.5, 0.3],
  runs: 3,
};

/** "Measure on this machine": sweeps methods and densities in the background and keeps the result. */
export async function measure(ctx: Ctx, desk: Desk): Promise<void> {
  await desk.tasks.run('measure', async (signal, onProgress) => {
    await ctx.engine.readyAgain();
    onProgress(0, 0, vscode.l10n.t('Measuring Dense first'));
    const report = await withEngineProgress(ctx, 'sweep', onProgress, () =>
      ctx.engine.client.request(
        requests.sweep,
        { ...panelSweep, tokens: ctx.settings.get(settings.quality.sweepTokens) },
        signal,
      ),
    );
    const key = desk.key();
    if (key === null) return;
    await desk.keep({ measurement: toMeasurement(report, { ...key, time: Date.now() }) });
  });
}
