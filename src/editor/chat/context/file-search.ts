import * as vscode from 'vscode';
import type { Attachment, FileChoice } from '../../../contract/index.js';
import { wholeFile } from './attachments.js';

/** Files offered at once by the # picker. */
const mostOffered = 12;
/** Files looked at; VS Code's own excludes apply before. */
const mostSearched = 2000;

/** Tells which files never enter a prompt: secrets, what git ignores, and the user's own globs. */
export interface Excluding {
  excludes(uri: vscode.Uri): Promise<boolean>;
}

/** Workspace files whose path fits what was typed, nearest name first; open files first while nothing is typed. */
export async function findFiles(query: string, exclusion: Excluding): Promise<readonly FileChoice[]> {
  const offered: FileChoice[] = [];
  for (const uri of query === '' ? openFiles() : await matchingFiles(query)) {
    if (offered.length >= mostOffered) break;
    if (!(await exclusion.excludes(uri))) offered.push(choice(uri));
  }
  return offered;
}

/** The file with this id as an attachment; undefined when it is gone, not text, outside the workspace, or excluded. */
export async function readFile(id: string, exclusion: Excluding): Promise<Attachment | undefined> {
  const uri = vscode.Uri.parse(id);
  if (!vscode.workspace.getWorkspaceFolder(uri) || (await exclusion.excludes(uri))) return undefined;
  try {
    return wholeFile(await vscode.workspace.openTextDocument(uri));
  } catch {
    return undefined;
  }
}

async function matchingFiles(query: string): Promise<readonly vscode.Uri[]> {
  const wanted = query.toLowerCase();
  const found = await vscode.workspace.findFiles(`**/*${anyCase(query)}*`, undefined, mostSearched);
  const rank = (uri: vscode.Uri) => {
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1).toLowerCase();
    return (name.startsWith(wanted) ? 0 : 1000) + uri.path.length;
  };
  return found.toSorted((a, b) => rank(a) - rank(b));
}

/** A glob that fits the text in any case, whatever characters it has. */
function anyCase(text: string): string {
  return [...text]
    .map((char) =>
      /[[\]{}()*?!]/u.test(char)
        ? '?'
        : /\p{L}/u.test(char)
          ? `[${char.toLowerCase()}${char.toUpperCase()}]`
          : char,
    )
    .join('');
}

function openFiles(): readonly vscode.Uri[] {
  const uris = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []))
    .filter((uri) => vscode.workspace.getWorkspaceFolder(uri));
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}

function choice(uri: vscode.Uri): FileChoice {
  const path = vscode.workspace.asRelativePath(uri, false).replaceAll('\\', '/');
  const cut = path.lastIndexOf('/');
  return { id: uri.toString(), name: path.slice(cut + 1), folder: path.slice(0, Math.max(0, cut)) };
}
