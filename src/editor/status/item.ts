import * as vscode from 'vscode';
import { commandId, engineCommands } from '../../contract/contributions/index.js';
import type { Ctx } from '../ctx.js';
import { statusKind, type StatusInput } from './view.js';
import { gpuLines } from './gpu-line.js';
import { statusWords } from './words.js';

/** Tells whether suggestions come in the active editor, and when that changes. */
export interface CompletionSwitch {
  readonly state: StatusInput['completion'];
  readonly onChange: vscode.Event<void>;
}

/** The status bar item: the engine's state, one click from the menu. */
export function registerStatusItem(ctx: Ctx, completion: CompletionSwitch): void {
  const item = vscode.window.createStatusBarItem('sparsePilot', vscode.StatusBarAlignment.Right, 100);
  item.name = 'Sparse Pilot';
  item.command = commandId(engineCommands.menu);
  const update = () => {
    const kind = statusKind({ engine: ctx.engine.state, completion: completion.state });
    const { icon, label, explanation } = statusWords(kind, ctx.engine.model?.name);
    item.text = `${icon} Sparse ${label}`;
    const gpu = ctx.engine.client.info?.gpu;
    item.tooltip = [`Sparse Pilot: ${explanation}`, ...gpuLines(gpu)].join('\n');
    item.accessibilityInformation = { label: `Sparse Pilot: ${explanation}`, role: 'button' };
    item.backgroundColor =
      kind.kind === 'error' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
  };
  update();
  item.show();
  ctx.extension.subscriptions.push(
    item,
    ctx.engine.onState(update),
    completion.onChange(update),
    vscode.window.onDidChangeActiveTextEditor(update),
  );
}
