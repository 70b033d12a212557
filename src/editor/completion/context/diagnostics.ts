import * as vscode from 'vscode';
import type { ContextSource } from '../core/context/time-box.js';
import { relativePath } from '../document.js';
import type { EditorPlace } from './place.js';

const nearLines = 12;
const most = 4;

/** Errors and warnings reported near the cursor, but for the line being typed, which is always wrong. */
export const nearbyDiagnostics: ContextSource<EditorPlace> = {
  name: 'diagnostic',
  gather({ document, position }) {
    const near = vscode.languages
      .getDiagnostics(document.uri)
      .filter(
        ({ severity, range }) =>
          severity <= vscode.DiagnosticSeverity.Warning &&
          range.start.line !== position.line &&
          Math.abs(range.start.line - position.line) <= nearLines,
      )
      .slice(0, most);
    if (near.length === 0) return Promise.resolve([]);
    const text = near
      .map(({ message, range }) => {
        const line = document.lineAt(range.start.line).text.trim();
        return `${line}\n  ^ ${message.split('\n', 1)[0] ?? ''}`;
      })
      .join('\n');
    return Promise.resolve([{ source: 'diagnostic', path: relativePath(document.uri), text, priority: 0.5 }]);
  },
};
