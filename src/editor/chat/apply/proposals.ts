import * as vscode from 'vscode';
import { changed, placeCode } from './place-code.js';

/** Scheme of proposed texts; the buttons of the diff depend on it (contract/contributions/chat.ts). */
const scheme = 'sparse-pilot-proposed';

/** A place in a file: where code goes. */
export interface CodePlace {
  readonly document: vscode.TextDocument;
  readonly selection: vscode.Selection;
}

interface Proposal {
  readonly target: vscode.Uri;
  /** The selection that the proposal was made for. */
  readonly selection: vscode.Selection;
  readonly text: string;
  /** Version of the document the proposal was made for. */
  readonly version: number;
}

export type Accepted = 'done' | 'gone' | 'changed-meanwhile' | 'refused';

/**
 * Changes proposed by the chat: shown as a diff against the file, written only when the person accepts. Their texts live as long
 * as the window: diffs that a reload brought back are closed.
 */
export class Proposals implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #proposals = new Map<string, Proposal>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  readonly #closing = vscode.workspace.onDidCloseTextDocument(({ uri }) =>
    this.#proposals.delete(uri.toString()),
  );
  #count = 0;

  constructor() {
    void closeTabs(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(isProposal));
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#proposals.get(uri.toString())?.text ?? '';
  }

  /** Opens the diff of a file with the code put where it belongs in it. */
  async propose({ document, selection }: CodePlace, code: string): Promise<void> {
    const text = proposedText(document, selection, code);
    this.#count += 1;
    const uri = vscode.Uri.from({ scheme, path: document.uri.path, query: String(this.#count) });
    this.#proposals.set(uri.toString(), {
      target: document.uri,
      selection,
      text,
      version: document.version,
    });
    const name = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1);
    const title = vscode.l10n.t('{0}: proposed change', name);
    await vscode.commands.executeCommand('vscode.diff', document.uri, uri, title, { preview: true });
  }

  /** The place that a proposed text stands for; undefined for any other document. */
  async placeBehind(uri: vscode.Uri): Promise<CodePlace | undefined> {
    const proposal = this.#proposals.get(uri.toString());
    if (!proposal) return undefined;
    const document = await vscode.workspace.openTextDocument(proposal.target);
    return { document, selection: proposal.selection };
  }

  /** Writes the proposal shown in the active editor into its file, as one step that can be undone. */
  async accept(): Promise<Accepted> {
    const uri = activeProposal();
    const proposal = uri && this.#proposals.get(uri.toString());
    if (!uri || !proposal) return 'gone';
    const document = await vscode.workspace.openTextDocument(proposal.target);
    if (document.version !== proposal.version) return 'changed-meanwhile';
    const edit = new vscode.WorkspaceEdit();
    edit.replace(
      document.uri,
      document.validateRange(new vscode.Range(0, 0, document.lineCount, 0)),
      proposal.text,
    );
    if (!(await vscode.workspace.applyEdit(edit))) return 'refused';
    await this.discard();
    await vscode.window.showTextDocument(document);
    return 'done';
  }

  async discard(): Promise<void> {
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    if (activeTab) await closeTabs([activeTab].filter(isProposal));
  }

  dispose(): void {
    this.#registration.dispose();
    this.#closing.dispose();
  }
}

function activeProposal(): vscode.Uri | undefined {
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  return activeTab && proposalIn(activeTab);
}

function proposalIn({ input }: vscode.Tab): vscode.Uri | undefined {
  return input instanceof vscode.TabInputTextDiff && input.modified.scheme === scheme
    ? input.modified
    : undefined;
}

const isProposal = (tab: vscode.Tab): boolean => proposalIn(tab) !== undefined;

async function closeTabs(tabs: readonly vscode.Tab[]): Promise<void> {
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs);
}

function proposedText(document: vscode.TextDocument, selection: vscode.Selection, code: string): string {
  const newline = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  const lines = document.getText().split(/\r?\n/u);
  const { start, end } = selection;
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  const selected = { first: start.line, count: last - start.line + 1 };
  const change = placeCode(code, {
    lines,
    selection: selection.isEmpty ? undefined : selected,
    cursorLine: selection.active.line,
  });
  return changed(lines, change).join(newline);
}
