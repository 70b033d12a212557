import * as vscode from 'vscode';
import { panelCommands, panelView } from '../../../contract/contributions/index.js';
import { exportFormats, settings } from '../../../contract/index.js';
import { register } from '../../commands/register.js';
import type { Ctx } from '../../ctx.js';
import type { Desk } from '../desk.js';
import { saveExport } from '../export/save.js';
import { calibrate } from '../tasks/calibrate.js';
import { compareAtCursor } from '../tasks/compare.js';
import { measure } from '../tasks/measure.js';

/** The panel's jobs as commands; each shows the panel, where its progress and result are. */
export function registerTaskCommands(ctx: Ctx, desk: Desk): void {
  const open = () => vscode.commands.executeCommand(`${panelView.id}.focus`);
  register(ctx, panelCommands.open, open);
  register(ctx, panelCommands.measure, async () => {
    await open();
    await measure(ctx, desk);
  });
  register(ctx, panelCommands.calibrate, async () => {
    await open();
    await calibrate(ctx, desk);
  });
  register(ctx, panelCommands.compare, async () => {
    await open();
    const { mode, sparsity } = settings;
    const current = {
      mode: ctx.settings.get(mode),
      selector: ctx.settings.get(sparsity.selector),
      density: ctx.settings.get(sparsity.density),
    };
    await compareAtCursor(ctx, desk, { ...current, mode: 'dense' }, current);
  });
  register(ctx, panelCommands.exportMeasurement, async () => {
    const format = await vscode.window.showQuickPick(
      exportFormats.map((value) => ({ label: value.toUpperCase(), value })),
      { title: vscode.l10n.t('Export the Measurement') },
    );
    if (format === undefined) return;
    const notice = await saveExport(desk, 'measurement', format.value);
    if (notice !== null) void vscode.window.showInformationMessage(notice);
  });
}
