import * as vscode from 'vscode';
import { panelView } from '../../contract/contributions/index.js';
import { allSettings } from '../../contract/index.js';
import type { RequestAt } from '../completion/register.js';
import type { StatisticsStore } from '../completion/statistics/store.js';
import type { Ctx } from '../ctx.js';
import { registerProfiles } from '../profiles/commands.js';
import { registerKnobCommands } from './commands/knob-commands.js';
import { registerTaskCommands } from './commands/task-commands.js';
import { Desk } from './desk.js';
import { PanelViewProvider } from './view.js';

/** The trade-off panel and the settings profiles. */
export function registerPanel(ctx: Ctx, acceptance: StatisticsStore, requestAt: RequestAt): void {
  const desk = new Desk(ctx, acceptance, requestAt);
  ctx.extension.subscriptions.push(
    desk,
    ctx.settings.onChange(allSettings, () => desk.refresh()),
    vscode.window.registerWebviewViewProvider(panelView.id, new PanelViewProvider(ctx, desk)),
  );
  registerKnobCommands(ctx);
  registerTaskCommands(ctx, desk);
  registerProfiles(ctx);
}
