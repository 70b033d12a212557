import * as vscode from 'vscode';

/**
 * Asks where to save a text, in the workspace by default, and writes it.
 * @param filters extensions by the name of their kind
 * @returns the file; undefined when the person cancelled
 */
export async function saveText(
  name: string,
  filters: Readonly<Record<string, readonly string[]>>,
  text: string,
): Promise<vscode.Uri | undefined> {
  const [open] = vscode.workspace.workspaceFolders ?? [];
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export'),
    filters: Object.fromEntries(Object.entries(filters).map(([kind, extensions]) => [kind, [...extensions]])),
    ...(open !== undefined && { defaultUri: vscode.Uri.joinPath(open.uri, name) }),
  });
  if (target !== undefined) await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  return target;
}
