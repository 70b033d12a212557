import * as vscode from 'vscode';
import type { ContextChunk } from '../../../contract/completion.js';
import type { ContextSource } from '../core/context/time-box.js';
import { relativePath } from '../document.js';
import type { EditorPlace } from './place.js';

const mostLines = 24;

/** What other visible editors show right now. */
export const visibleEditors: ContextSource<EditorPlace> = {
  name: 'open-file',
  async gather({ document, exclusion }) {
    const chunks: ContextChunk[] = [];
    for (const editor of vscode.window.visibleTextEditors) {
      const [range] = editor.visibleRanges;
      if (editor.document === document || editor.document.uri.scheme === 'output') continue;
      if (range === undefined || (await exclusion.excludes(editor.document.uri))) continue;
      const { start } = range;
      const end = new vscode.Position(Math.min(range.end.line, start.line + mostLines), 0);
      const text = editor.document.getText(new vscode.Range(start.with(undefined, 0), end));
      chunks.push({
        source: 'open-file',
        path: relativePath(editor.document.uri),
        text: text.replaceAll('\r\n', '\n').trimEnd(),
        priority: 0.35,
      });
    }
    return chunks;
  },
};
