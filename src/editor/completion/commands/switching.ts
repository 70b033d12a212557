import * as vscode from 'vscode';
import { prefix, settings } from '../../../contract/settings/index.js';
import type { Ctx } from '../../ctx.js';
import type { Switches } from '../switches.js';

const { enabled } = settings.completion;

/** Suggestions on or off, everywhere. */
export async function toggle(ctx: Ctx): Promise<void> {
  await ctx.settings.set(enabled, !ctx.settings.get(enabled));
}

/** Suggestions on or off in files of the active editor's language. */
export async function toggleLanguage(ctx: Ctx): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) return;
  const { languageId } = document;
  const on = ctx.settings.at({ languageId }).get(enabled);
  await vscode.workspace
    .getConfiguration(prefix, { languageId })
    .update(enabled.id, !on, vscode.ConfigurationTarget.Global, true);
  void vscode.window.setStatusBarMessage(
    on
      ? vscode.l10n.t('Suggestions are off for {0}', languageId)
      : vscode.l10n.t('Suggestions are on for {0}', languageId),
    4000,
  );
}

/** Lets the user pick how long to be left in peace. */
export async function snooze(switches: Switches): Promise<void> {
  const picked = await vscode.window.showQuickPick(
    [5, 15, 30, 60, 240].map((minutes) => ({
      label: minutes < 60 ? vscode.l10n.t('{0} minutes', minutes) : vscode.l10n.t('{0} h', minutes / 60),
      minutes,
    })),
    { title: vscode.l10n.t('Snooze Suggestions') },
  );
  if (picked !== undefined) switches.snoozeFor(picked.minutes);
}
