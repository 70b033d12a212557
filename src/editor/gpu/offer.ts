import * as vscode from 'vscode';
import { engineCommands } from '../../contract/contributions/index.js';
import { explained } from '../commands/register.js';
import type { Ctx } from '../ctx.js';
import { sizeText } from '../models/size.js';
import { fetchAndRestart } from './get.js';

const neverKey = 'gpuSupport.never';

/** Offers the CUDA part once a session, when a model is ready and the engine says that this machine could use it. */
export function offerGpuSupport(ctx: Ctx): void {
  let offered = false;
  const offer = async (): Promise<void> => {
    const gpu = ctx.engine.client.info?.gpu;
    if (offered || gpu?.kind !== 'processor' || gpu.offer === null) return;
    offered = true;
    if (ctx.extension.globalState.get<boolean>(neverKey) === true) return;
    const get = vscode.l10n.t('Get GPU Support');
    const never = vscode.l10n.t("Don't Ask Again");
    const answer = await vscode.window.showInformationMessage(
      vscode.l10n.t(
        'Sparse Pilot can run on {0}. Download GPU support ({1})?',
        gpu.offer.gpu,
        sizeText(gpu.offer.downloadBytes),
      ),
      get,
      never,
    );
    if (answer === get) await fetchAndRestart(ctx);
    if (answer === never) await ctx.extension.globalState.update(neverKey, true);
  };
  ctx.extension.subscriptions.push(
    ctx.engine.onState((state) => {
      if (state.kind === 'ready') void explained(ctx, engineCommands.getGpuSupport, offer);
    }),
  );
}
