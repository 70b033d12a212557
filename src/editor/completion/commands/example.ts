import * as vscode from 'vscode';

/** Short and regular, so that the smallest model knows what comes. */
const code = `def add(a, b):
    return a + b


def subtract(a, b):
    return a`;

/** Opens a file that is nowhere saved, with the cursor where a suggestion is due, and asks for it. */
export async function showExample(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'python', content: code });
  const editor = await vscode.window.showTextDocument(document);
  const end = document.positionAt(code.length);
  editor.selection = new vscode.Selection(end, end);
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}
