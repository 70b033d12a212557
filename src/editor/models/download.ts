import * as vscode from 'vscode';
import type { CatalogueModel, DownloadedModel, DownloadProgress } from '../../contract/models.js';
import { notifications, requests } from '../../contract/protocol.js';
import { EngineError } from '../../engine/client/index.js';
import type { Ctx } from '../ctx.js';
import { errorText } from '../engine/error-words.js';
import { sizeText } from './size.js';

function words({ phase, receivedBytes, totalBytes, bytesPerSecond }: DownloadProgress): string {
  switch (phase) {
    case 'checking':
      return vscode.l10n.t('checking what is here already');
    case 'downloading':
      return vscode.l10n.t(
        '{0} of {1}, {2}/s',
        sizeText(receivedBytes),
        sizeText(totalBytes),
        sizeText(bytesPerSecond),
      );
    case 'verifying':
      return vscode.l10n.t(
        'checking the file, {0}%',
        Math.round((100 * receivedBytes) / Math.max(1, totalBytes)),
      );
    case 'done':
      return vscode.l10n.t('done');
  }
}

function abortOn(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

async function offerRetry(
  ctx: Ctx,
  model: CatalogueModel,
  error: unknown,
): Promise<DownloadedModel | undefined> {
  if (error instanceof EngineError && error.code === 'cancelled') return undefined;
  const message = error instanceof Error ? error.message : String(error);
  ctx.log.error(`Download of ${model.id}: ${message}`);
  const again = vscode.l10n.t('Try Again');
  const answer = await vscode.window.showErrorMessage(
    vscode.l10n.t('{0} could not be downloaded: {1}', model.name, errorText(error)),
    again,
  );
  return answer === again ? await download(ctx, model) : undefined;
}

/** Downloads a model with progress and a cancel button; an interrupted download is resumed the next time. */
export async function download(ctx: Ctx, model: CatalogueModel): Promise<DownloadedModel | undefined> {
  try {
    return await downloadWithProgress(ctx, model.id, model.name, (signal) =>
      ctx.engine.client.request(requests.downloadModel, { id: model.id }, signal),
    );
  } catch (error) {
    return await offerRetry(ctx, model, error);
  }
}

/**
 * Shows the progress that the engine tells of a download while `work` runs, with a cancel button.
 * @param id under which the engine tells it
 */
export async function downloadWithProgress<T>(
  ctx: Ctx,
  id: string,
  name: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Downloading {0}', name),
      cancellable: true,
    },
    async (progress, token) => {
      let shown = 0;
      const stop = ctx.engine.client.on(notifications.download, (event) => {
        if (event.id !== id) return;
        const { phase, receivedBytes, totalBytes } = event.progress;
        const percent = phase === 'downloading' ? (100 * receivedBytes) / Math.max(1, totalBytes) : shown;
        progress.report({ message: words(event.progress), increment: Math.max(0, percent - shown) });
        shown = Math.max(shown, percent);
      });
      try {
        return await work(abortOn(token));
      } finally {
        stop();
      }
    },
  );
}
