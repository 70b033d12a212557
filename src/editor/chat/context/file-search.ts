import * as vscode from 'vscode';
import type { Attachment, FileChoice } from '../../../contract/index.js';
import { wholeFile } from './attachments.js';

/** Files offered at once by the # picker. */
const mostOffered = 12;
/** Files looked at; what VS Code's search passes over is not among them. */
const mostSearched = 2000;

/** Tells which files never enter a prompt: secrets, what git ignores, and the user's own globs. */
export interface Excluding {
  excludes(uri: vscode.Uri): Promise<boolean>;
}

/** Finds files for the # picker; a search ends where the next one begins, so that typing does not pile them up. */
export class FileSearch {
  readonly #exclusion: Excluding;
  #under = new vscode.CancellationTokenSource();

  constructor(exclusion: Excluding) {
    this.#exclusion = exclusion;
  }

  /** Workspace files whose path fits what was typed, nearest name first; the open files while nothing is typed. */
  async find(query: string): Promise<readonly FileChoice[]> {
    this.#under.cancel();
    this.#under.dispose();
    this.#under = new vscode.CancellationTokenSource();
    const { token } = this.#under;
    const offered: FileChoice[] = [];
    for (const uri of query === '' ? openFiles() : await matchingFiles(query, token)) {
      if (offered.length >= mostOffered || token.isCancellationRequested) break;
      if (!(await this.#exclusion.excludes(uri))) offered.push(choice(uri));
    }
    return offered;
  }
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

async function matchingFiles(query: string, token: vscode.CancellationToken): Promise<readonly vscode.Uri[]> {
  const wanted = query.toLowerCase();
  const include = `**/*${anyCase(query)}*`;
  const found = await vscode.workspace.findFiles(include, searchExcludes(), mostSearched, token);
  const rank = (uri: vscode.Uri) => {
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1).toLowerCase();
    return (name.startsWith(wanted) ? 0 : 1000) + uri.path.length;
  };
  return found.toSorted((a, b) => rank(a) - rank(b));
}

/** What `search.exclude` names, such as node_modules; `files.exclude` holds anyway. A glob cannot hold braces in braces. */
function searchExcludes(): string | undefined {
  const set = vscode.workspace
    .getConfiguration('search')
    .get<Readonly<Record<string, unknown>>>('exclude', {});
  const globs = Object.keys(set).filter((glob) => set[glob] === true && !/[{}]/u.test(glob));
  return globs.length === 0 ? undefined : `{${globs.join(',')}}`;
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
