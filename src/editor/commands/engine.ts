import * as vscode from 'vscode';
import { engineCommands } from '../../contract/contributions/index.js';
import { modes } from '../../contract/modes.js';
import { settings } from '../../contract/settings/index.js';
import { modeMeaning, modeName } from '../../contract/words/modes.js';
import type { Ctx } from '../ctx.js';
import { getGpuSupport } from '../gpu/get.js';
import { withLoadProgress } from '../models/load-progress.js';
import { chooseModel, chooseModelFile, downloadChosen } from '../models/choose.js';
import { register } from './register.js';

async function chooseMode(ctx: Ctx): Promise<void> {
  const current = ctx.settings.get(settings.mode);
  const picked = await vscode.window.showQuickPick(
    modes.map((mode) => ({
      label: `${mode === current ? '$(check) ' : ''}${modeName(mode, vscode.l10n.t)}`,
      detail: modeMeaning(mode, vscode.l10n.t),
      mode,
    })),
    { title: vscode.l10n.t('Choose a Mode') },
  );
  if (picked !== undefined) await ctx.settings.set(settings.mode, picked.mode);
}

/** Commands about the engine, its models and the extension as a whole. */
export function registerEngineCommands(ctx: Ctx): void {
  register(ctx, engineCommands.chooseModel, () => chooseModel(ctx));
  register(ctx, engineCommands.chooseModelFile, () => chooseModelFile(ctx));
  register(ctx, engineCommands.downloadModel, () => downloadChosen(ctx));
  register(ctx, engineCommands.getGpuSupport, () => getGpuSupport(ctx));
  register(ctx, engineCommands.restartEngine, () => withLoadProgress(ctx, () => ctx.engine.restart()));
  register(ctx, engineCommands.cancelLoading, () => ctx.engine.cancelLoad());
  register(ctx, engineCommands.unloadModel, () => ctx.engine.unload());
  register(ctx, engineCommands.showLog, () => ctx.log.show());
  register(ctx, engineCommands.openSettings, () =>
    vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${ctx.extension.extension.id}`),
  );
  register(ctx, engineCommands.chooseMode, () => chooseMode(ctx));
}
