import * as vscode from 'vscode';
import type { GpuOffer } from '../../contract/gpu/index.js';
import { gpuDownloadId } from '../../contract/gpu/index.js';
import { requests } from '../../contract/protocol.js';
import type { Ctx } from '../ctx.js';
import { reasonText } from '../engine/reason-text.js';
import { downloadWithProgress } from '../models/download.js';
import { sizeText } from '../models/size.js';

/** Fetches the CUDA part after a question, where this machine can use it; else says why there is nothing to fetch. */
export async function getGpuSupport(ctx: Ctx): Promise<void> {
  const { gpu } = await ctx.engine.client.start();
  if (gpu.kind === 'in-use' || gpu.offer === null) {
    const words =
      gpu.kind === 'in-use'
        ? vscode.l10n.t('GPU support is in use: {0}.', reasonText(gpu.words))
        : vscode.l10n.t('There is no GPU support to get: {0}.', reasonText(gpu.words));
    void vscode.window.showInformationMessage(words);
    return;
  }
  if (await confirmed(gpu.offer)) await fetchAndRestart(ctx);
}

/** Fetches the CUDA part and starts the engine anew, which takes it. */
export async function fetchAndRestart(ctx: Ctx): Promise<void> {
  await downloadWithProgress(ctx, gpuDownloadId, vscode.l10n.t('GPU support'), (signal) =>
    ctx.engine.client.request(requests.getGpuSupport, null, signal),
  );
  const wasLoaded = ctx.engine.model !== undefined;
  const { gpu } = await ctx.engine.client.restart();
  if (wasLoaded) ctx.engine.warmUp();
  void vscode.window.showInformationMessage(vscode.l10n.t('Sparse Pilot: {0}.', reasonText(gpu.words)));
}

async function confirmed(offer: GpuOffer): Promise<boolean> {
  const download = vscode.l10n.t('Download');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Download GPU support for {0}?', offer.gpu),
    {
      modal: true,
      detail: vscode.l10n.t(
        'It is {0} to download and takes {1} on this machine. The engine starts anew afterwards.',
        sizeText(offer.downloadBytes),
        sizeText(offer.diskBytes),
      ),
    },
    download,
  );
  return answer === download;
}
