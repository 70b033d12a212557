import * as vscode from 'vscode';
import type { FileFacts } from './core/ask.js';
import { joined, type Joined } from './core/joined.js';
import type { Cursor, LineSource } from './core/text.js';

/** An editor's document as the pipeline reads it; lines are fetched one by one, never the whole text. */
export function linesOfDocument(document: vscode.TextDocument): LineSource {
  return { lineCount: document.lineCount, lineAt: (line) => document.lineAt(line).text };
}

const cellScheme = 'vscode-notebook-cell';

function notebookOf(uri: vscode.Uri): vscode.NotebookDocument | undefined {
  if (uri.scheme !== cellScheme) return undefined;
  const key = uri.toString();
  return vscode.workspace.notebookDocuments.find((one) =>
    one.getCells().some(({ document }) => document.uri.toString() === key),
  );
}

/** The file that a document is part of: a cell's notebook, otherwise the document's own. */
export function fileOf(uri: vscode.Uri): vscode.Uri {
  if (uri.scheme !== cellScheme) return uri;
  return notebookOf(uri)?.uri ?? uri.with({ scheme: 'file', fragment: '' });
}

/** A document's lines with what is executed before it: the code cells above a cell, in its language. */
export function programOf(document: vscode.TextDocument): Joined {
  const cells = notebookOf(document.uri)?.getCells() ?? [];
  const own = cells.findIndex((cell) => cell.document === document);
  const earlier = cells
    .slice(0, Math.max(0, own))
    .filter(
      ({ kind, document: { languageId } }) =>
        kind === vscode.NotebookCellKind.Code && languageId === document.languageId,
    );
  return joined(
    earlier.map((cell) => linesOfDocument(cell.document)),
    linesOfDocument(document),
  );
}

/** The workspace-relative path with forward slashes; the file's name outside of a workspace. */
export function relativePath(document: vscode.Uri): string {
  const uri = fileOf(document);
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined) return uri.path.split('/').at(-1) ?? uri.path;
  return vscode.workspace.asRelativePath(uri, false);
}

export const fileFacts = (document: vscode.TextDocument): FileFacts => ({
  key: document.uri.toString(),
  path: relativePath(document.uri),
  languageId: document.languageId,
});

export const cursorOf = ({ line, character }: vscode.Position): Cursor => ({ line, character });

/** Documents that look like text and are no code: logs, commit messages, old versions. */
const otherSchemes = new Set([
  'output',
  'vscode-scm',
  'git',
  'debug',
  'walkThrough',
  'vscode-terminal',
  'comment',
]);

/** Whether a person writes code here. */
export const isWritable = (document: vscode.TextDocument): boolean =>
  !otherSchemes.has(document.uri.scheme) &&
  vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) !== false;

/** Whether a file lies on a disk and not in a virtual workspace, where reading it may mean fetching it from somewhere. */
export const isOnDisk = ({ scheme }: vscode.Uri): boolean => scheme === 'file' || scheme === 'vscode-remote';
