import * as vscode from 'vscode';
import { chatCommands, commandId } from '../../../contract/contributions/index.js';
import { tasks, type Task } from './tasks.js';

const kind = vscode.CodeActionKind.Refactor.append('sparsePilot');

/** Explain, document and test on a selection; fix wherever a problem is reported. */
export const chatCodeActions: vscode.CodeActionProvider = {
  provideCodeActions(document, range, context) {
    const hasProblem = context.diagnostics.length > 0;
    return tasks
      .filter((task) => (isFix(task) ? hasProblem || !range.isEmpty : !range.isEmpty))
      .map((task) => action(task, document, range, context.diagnostics));
  },
};

export const chatCodeActionKinds = [kind, vscode.CodeActionKind.QuickFix];

function action(
  task: Task,
  document: vscode.TextDocument,
  range: vscode.Range,
  diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction {
  const repairs = isFix(task) && diagnostics.length > 0;
  const result = new vscode.CodeAction(task.title(), repairs ? vscode.CodeActionKind.QuickFix : kind);
  if (repairs) result.diagnostics = [...diagnostics];
  const target = repairs ? diagnostics.reduce((all, { range: one }) => all.union(one), range) : range;
  result.command = {
    command: commandId(task.command),
    title: task.title(),
    arguments: [document.uri, new vscode.Range(target.start, target.end)],
  };
  return result;
}

function isFix({ command }: Task): boolean {
  return command.id === chatCommands.fix.id;
}
