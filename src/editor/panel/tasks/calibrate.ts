import { basename } from 'node:path';
import * as vscode from 'vscode';
import { requests, settings } from '../../../contract/index.js';
import type { Ctx } from '../../ctx.js';
import { planOf, type EngineSpeed } from '../calibrate/plan.js';
import type { Desk } from '../desk.js';
import { withEngineProgress } from './measure.js';

/** Characters read aloud to the model to learn how fast it is. */
const sampleLength = 1500;

/** Asks for a folder and shows what calibrating on it would read and take. */
export async function chooseFolder(ctx: Ctx, desk: Desk): Promise<void> {
  const [open] = vscode.workspace.workspaceFolders ?? [];
  const [picked] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      title: vscode.l10n.t('Calibrate on the Code in This Folder'),
      openLabel: vscode.l10n.t('Use This Folder'),
      ...(open?.uri.scheme === 'file' && { defaultUri: open.uri }),
    })) ?? [];
  if (picked === undefined) return;
  if (picked.scheme !== 'file') {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('Only a folder on the machine of the engine can be read.'),
    );
    return;
  }
  await desk.tasks.run('calibrate', async (signal, onProgress) => {
    onProgress(0, 0, vscode.l10n.t('Looking through {0}', basename(picked.fsPath)));
    const { client } = ctx.engine;
    const sources = await client.request(requests.calibrationSources, { folder: picked.fsPath }, signal);
    const speed = await engineSpeed(ctx, sources.sample, signal);
    const most = ctx.settings.get(settings.quality.calibrationTokens);
    const plan = planOf(basename(picked.fsPath), sources, { speed, most });
    await desk.keep({ plan, planFolder: picked.fsPath });
  });
}

/** "Calibrate on my code": runs the planned calibration and keeps its curve. */
export async function calibrate(ctx: Ctx, desk: Desk): Promise<void> {
  const { planFolder, plan } = desk.results;
  if (planFolder === null || plan === null) return await chooseFolder(ctx, desk);
  await desk.tasks.run('calibrate', async (signal, onProgress) => {
    await ctx.engine.readyAgain();
    onProgress(0, 0, vscode.l10n.t('Reading {0}', plan.folder));
    const result = await withEngineProgress(ctx, 'calibrate', onProgress, () =>
      ctx.engine.client.request(
        requests.calibrate,
        { folder: planFolder, tokens: ctx.settings.get(settings.quality.calibrationTokens) },
        signal,
      ),
    );
    await desk.keep({
      calibration: {
        folder: plan.folder,
        files: result.files,
        tokens: result.tokens,
        time: Date.now(),
        before: result.before,
        after: result.after,
      },
    });
  });
}

/** How fast this machine reads and generates, measured on some text of the folder; null where it cannot be told. */
async function engineSpeed(ctx: Ctx, sample: string, signal: AbortSignal): Promise<EngineSpeed | null> {
  if (ctx.engine.model === undefined) return null;
  const { layers } = ctx.engine.model;
  const text = sample.padEnd(sampleLength, 'const value = compute(input);\n').slice(0, sampleLength);
  const { ids } = await ctx.engine.client.request(requests.tokenize, { text }, signal);
  if (ids.length < 16) return null;
  const { timings, tokens } = await ctx.engine.client.request(
    requests.generate,
    {
      id: `reading-speed-${Date.now()}`,
      sequence: 'completion',
      prompt: [{ kind: 'tokens', ids: ids.slice(0, 384) }],
      stop: { maxTokens: 12 },
    },
    signal,
  );
  const evaluated = tokens.prompt - tokens.reused;
  if (timings.prefillMs <= 0 || evaluated <= 0 || timings.tokensPerSecond <= 0) return null;
  return { prefill: (evaluated * 1000) / timings.prefillMs, decode: timings.tokensPerSecond, layers };
}
