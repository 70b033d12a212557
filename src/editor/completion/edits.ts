import type * as vscode from 'vscode';
import type { Place } from './core/cache/suggestions.js';
import type { WindowLimits } from './core/window.js';
import { textWindow } from './core/window.js';
import { linesOfDocument } from './document.js';

/** Where the cursor stands after a change, and the text around it; `undefined` where a change has no single place. */
export function placeAfter(
  { document, contentChanges }: vscode.TextDocumentChangeEvent,
  limits: WindowLimits,
): Place | undefined {
  const [change, ...others] = contentChanges;
  if (change === undefined || others.length > 0) return undefined;
  const position = document.positionAt(change.rangeOffset + change.text.length);
  const window = textWindow(linesOfDocument(document), position, limits);
  return { fileKey: document.uri.toString(), prefix: window.prefix, suffix: window.suffix };
}
