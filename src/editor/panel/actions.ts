import * as vscode from 'vscode';
import { commandId, panelCommands } from '../../contract/contributions/index.js';
import { selectorName } from '../../contract/words/selectors.js';
import type { PanelAction } from '../../contract/index.js';
import { takeStep } from '../commands/steps.js';
import type { Ctx } from '../ctx.js';
import type { Desk } from './desk.js';
import { saveExport } from './export/save.js';
import { turnKnob } from './knobs/knobs.js';
import { calibrate, chooseFolder } from './tasks/calibrate.js';
import { compareAtCursor } from './tasks/compare.js';
import { measure } from './tasks/measure.js';
import { usePoint } from './use-point.js';

/** Does what the page asks for. @returns a short word for the user, or null */
export async function act(
  ctx: Ctx,
  desk: Desk,
  action: Exclude<PanelAction, { type: 'ready' }>,
): Promise<string | null> {
  switch (action.type) {
    case 'turn':
      await turnKnob(ctx.settings, action.change);
      return null;
    case 'measure':
      await measure(ctx, desk);
      return null;
    case 'use': {
      const point = desk.results.measurement?.points.find(({ id }) => id === action.pointId);
      if (point === undefined || point.off !== null) return null;
      await usePoint(ctx.settings, point);
      return vscode.l10n.t(
        'In use: {0}, density {1}',
        selectorName(point.selector, vscode.l10n.t),
        point.density,
      );
    }
    case 'chooseFolder':
      await chooseFolder(ctx, desk);
      return null;
    case 'calibrate':
      await calibrate(ctx, desk);
      return null;
    case 'compare':
      await compareAtCursor(ctx, desk, action.left, action.right);
      return null;
    case 'cancel':
      desk.tasks.cancel(action.task);
      return null;
    case 'export':
      return await saveExport(desk, action.what, action.format);
    case 'eraseAcceptance':
      desk.acceptance.erase();
      return vscode.l10n.t('Erased.');
    case 'chooseProfile':
      await vscode.commands.executeCommand(commandId(panelCommands.chooseProfile));
      return null;
    case 'step':
      if (action.step === 'retry') await desk.wake();
      else await takeStep(action.step);
      return null;
  }
}
