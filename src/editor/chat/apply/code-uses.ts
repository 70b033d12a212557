import * as vscode from 'vscode';
import type { CodePlace, Proposals } from './proposals.js';

/** What a person does with an answer's text. Each resolves to a short word on what happened. */
export interface CodeUses {
  copy(text: string): Promise<string>;
  insert(text: string): Promise<string>;
  newFile(text: string, language: string): Promise<string>;
  apply(text: string): Promise<string>;
}

export function codeUses(proposals: Proposals): CodeUses {
  const { t } = vscode.l10n;
  return {
    async copy(text) {
      await vscode.env.clipboard.writeText(text);
      return t('Copied.');
    },
    async insert(text) {
      const place = await lastPlace(proposals);
      if (!place) return t('Open a file first: there is no cursor to insert at.');
      const edit = new vscode.WorkspaceEdit();
      edit.replace(place.document.uri, place.document.validateRange(place.selection), text);
      const done = await vscode.workspace.applyEdit(edit);
      return done ? t('Inserted.') : t('This editor is read-only.');
    },
    async newFile(text, language) {
      const document = await vscode.workspace.openTextDocument({
        content: text,
        language: await languageId(language),
      });
      await vscode.window.showTextDocument(document);
      return t('Opened as a new file.');
    },
    async apply(text) {
      const place = await lastPlace(proposals);
      if (!place) return t('Open the file to change first.');
      await proposals.propose(place, text);
      return t('Accept or discard the change in the diff.');
    },
  };
}

/**
 * Where the cursor last was: while the chat has the focus, no editor is "active" on some hosts. The text of a proposed change
 * stands for the file that it would change.
 */
async function lastPlace(proposals: Proposals): Promise<CodePlace | undefined> {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editor = activeTextEditor ?? visibleTextEditors.find(({ viewColumn }) => viewColumn);
  return editor && ((await proposals.placeBehind(editor.document.uri)) ?? editor);
}

const aliases: Readonly<Record<string, string>> = {
  ts: 'typescript',
  js: 'javascript',
  tsx: 'typescriptreact',
  jsx: 'javascriptreact',
  py: 'python',
  sh: 'shellscript',
  bash: 'shellscript',
  'c++': 'cpp',
  'c#': 'csharp',
  rs: 'rust',
  yml: 'yaml',
  md: 'markdown',
};

/** VS Code's id of a language as models name it; an unknown name gives plain text. */
async function languageId(name: string): Promise<string> {
  const lower = name.toLowerCase();
  const id = aliases[lower] ?? lower;
  return (await vscode.languages.getLanguages()).includes(id) ? id : 'plaintext';
}
