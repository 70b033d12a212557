import * as vscode from 'vscode';
import {
  commandId,
  completionCommands,
  engineCommands,
  panelCommands,
  type Command,
} from '../../contract/contributions/index.js';
import { settings } from '../../contract/settings/index.js';
import { modeName } from '../../contract/words/modes.js';
import { register } from '../commands/register.js';
import type { Ctx } from '../ctx.js';
import { activeProfileName } from '../profiles/active.js';
import type { CompletionSwitch } from './item.js';
import { statusKind } from './view.js';
import { statusWords } from './words.js';

interface MenuEntry extends vscode.QuickPickItem {
  readonly command?: Command;
}

const heading = (label: string): MenuEntry => ({ label, kind: vscode.QuickPickItemKind.Separator });

function entries(ctx: Ctx, completion: CompletionSwitch): readonly MenuEntry[] {
  const { t } = vscode.l10n;
  const kind = statusKind({ engine: ctx.engine.state, completion: completion.state });
  const { explanation } = statusWords(kind, ctx.engine.model?.name);
  const on = ctx.settings.get(settings.completion.enabled);
  return [
    heading(explanation),
    {
      label: on ? `$(circle-slash) ${t('Turn suggestions off')}` : `$(zap) ${t('Turn suggestions on')}`,
      command: completionCommands.toggle,
    },
    { label: `$(code) ${t('On or off for this language')}`, command: completionCommands.toggleLanguage },
    completion.state === 'snoozed'
      ? { label: `$(bell) ${t('End snooze')}`, command: completionCommands.wakeUp }
      : { label: `$(bell-slash) ${t('Snooze…')}`, command: completionCommands.snooze },
    { label: `$(question) ${t('Why no suggestion?')}`, command: completionCommands.why },
    heading(t('Engine')),
    ...loadingEntries(ctx),
    {
      label: `$(dashboard) ${t('Mode: {0}', modeName(ctx.settings.get(settings.mode), t))}`,
      command: engineCommands.chooseMode,
    },
    {
      label: `$(settings) ${t('Profile: {0}', activeProfileName(ctx.settings) ?? t('none'))}`,
      command: panelCommands.chooseProfile,
    },
    { label: `$(graph-scatter) ${t('Speed and quality')}`, command: panelCommands.open },
    {
      label: `$(package) ${t('Choose model…')}`,
      description: ctx.engine.model?.name ?? '',
      command: engineCommands.chooseModel,
    },
    ...gpuEntries(ctx),
    { label: `$(debug-restart) ${t('Restart engine')}`, command: engineCommands.restartEngine },
    { label: `$(output) ${t('Show log')}`, command: engineCommands.showLog },
    { label: `$(gear) ${t('Open settings')}`, command: engineCommands.openSettings },
  ];
}

/** Only while a model is loaded. */
function loadingEntries(ctx: Ctx): readonly MenuEntry[] {
  if (ctx.engine.state.kind !== 'loading') return [];
  const label = `$(close) ${vscode.l10n.t('Cancel loading the model')}`;
  return [{ label, command: engineCommands.cancelLoading }];
}

/** Only where there is something to get. */
function gpuEntries(ctx: Ctx): readonly MenuEntry[] {
  const gpu = ctx.engine.client.info?.gpu;
  if (gpu?.kind !== 'processor' || gpu.offer === null) return [];
  const label = `$(circuit-board) ${vscode.l10n.t('Get GPU support…')}`;
  return [{ label, description: gpu.offer.gpu, command: engineCommands.getGpuSupport }];
}

/** The menu behind the status bar item. */
export function registerMenu(ctx: Ctx, completion: CompletionSwitch): void {
  register(ctx, engineCommands.menu, async () => {
    const picked = await vscode.window.showQuickPick([...entries(ctx, completion)], {
      title: 'Sparse Pilot',
    });
    if (picked?.command !== undefined) await vscode.commands.executeCommand(commandId(picked.command));
  });
}
