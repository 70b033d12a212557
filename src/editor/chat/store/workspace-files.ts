import * as vscode from 'vscode';
import type { ConversationFiles } from './files.js';

/** Conversation files in a folder of VS Code's storage, through `workspace.fs`, so that remote folders work too. */
export function workspaceFiles(folder: vscode.Uri): ConversationFiles {
  const at = (name: string) => vscode.Uri.joinPath(folder, name);
  const { fs } = vscode.workspace;
  return {
    async list() {
      try {
        return (await fs.readDirectory(folder)).map(([name]) => name);
      } catch {
        return [];
      }
    },
    async read(name) {
      try {
        return new TextDecoder().decode(await fs.readFile(at(name)));
      } catch {
        return undefined;
      }
    },
    async write(name, text) {
      await fs.createDirectory(folder);
      const unfinished = at(`${name}.new`);
      await fs.writeFile(unfinished, new TextEncoder().encode(text));
      await fs.rename(unfinished, at(name), { overwrite: true });
    },
    async remove(name) {
      await fs.delete(at(name));
    },
  };
}
