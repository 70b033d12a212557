import * as vscode from 'vscode';
import type { Attachment, AttachSource } from '../../../contract/index.js';
import { problemLines } from './problems.js';

/** Longest text of one attachment, characters; the middle model's whole context is about four times this. */
const longest = 24_000;

/** Gathers a piece of context from the active editor; undefined with a reason when there is none. */
export type Gathered =
  | { readonly kind: 'found'; readonly attachment: Attachment }
  | { readonly kind: 'missing'; readonly reason: string };

export function gather(source: AttachSource): Gathered {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return missing(vscode.l10n.t('No editor is open.'));
  switch (source) {
    case 'selection':
      return selectionOf(editor);
    case 'current-file':
      return { kind: 'found', attachment: wholeFile(editor.document) };
    case 'problems':
      return problemsOf(editor.document, undefined);
  }
}

export function selectionOf({ document, selection }: vscode.TextEditor): Gathered {
  if (selection.isEmpty) return missing(vscode.l10n.t('Nothing is selected.'));
  return { kind: 'found', attachment: rangeOf(document, selection) };
}

/** The lines of a range; a range within one line is widened to the whole line, so that the model sees real code. */
export function rangeOf(document: vscode.TextDocument, range: vscode.Range): Attachment {
  const last =
    range.end.character === 0 && range.end.line > range.start.line ? range.end.line - 1 : range.end.line;
  const whole = new vscode.Range(range.start.line, 0, last, document.lineAt(last).text.length);
  const lines = { first: range.start.line + 1, last: last + 1 };
  const attachment = attachmentOf(document, 'selection', document.getText(whole));
  // Pieces of one file go along side by side.
  return { ...attachment, id: `${attachment.id}#${lines.first}-${lines.last}`, lines };
}

export function wholeFile(document: vscode.TextDocument): Attachment {
  return attachmentOf(document, 'file', document.getText());
}

/** The diagnostics of a document, or of a range of it. */
export function problemsOf(document: vscode.TextDocument, range: vscode.Range | undefined): Gathered {
  const text = problemLines(vscode.languages.getDiagnostics(document.uri), range);
  if (text === '') return missing(vscode.l10n.t('No problems are reported here.'));
  return { kind: 'found', attachment: attachmentOf(document, 'problems', text) };
}

function attachmentOf(document: vscode.TextDocument, kind: Attachment['kind'], text: string): Attachment {
  const path = vscode.workspace.asRelativePath(document.uri, false).replaceAll('\\', '/');
  const clean = text.replaceAll('\r\n', '\n');
  return {
    id: `${kind}:${document.uri.toString()}`,
    kind,
    path,
    languageId: document.languageId,
    text: clean.slice(0, longest),
    omitted: Math.max(0, clean.length - longest),
  };
}

function missing(reason: string): Gathered {
  return { kind: 'missing', reason };
}
