import type * as vscode from 'vscode';
import { placesAfter } from './core/inserted.js';
import type { Place } from './core/place.js';
import type { WindowLimits } from './core/window.js';
import { textWindow } from './core/window.js';
import { programOf } from './document.js';

/** Where the cursor may stand after a change, and the text around it; `undefined` where a change has no single place. */
export function placesOf(
  { document, contentChanges }: vscode.TextDocumentChangeEvent,
  limits: WindowLimits,
): readonly [Place, ...Place[]] | undefined {
  const [change, ...others] = contentChanges;
  if (change === undefined || others.length > 0) return undefined;
  const position = document.positionAt(change.rangeOffset + change.text.length);
  const { lines, before } = programOf(document);
  const window = textWindow(lines, { line: before + position.line, character: position.character }, limits);
  const behind = { fileKey: document.uri.toString(), prefix: window.prefix, suffix: window.suffix };
  return placesAfter(behind, change.text.replaceAll('\r\n', '\n'));
}
