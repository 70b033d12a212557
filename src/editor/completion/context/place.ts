import type * as vscode from 'vscode';
import type { Exclusion } from './exclusion.js';

/** Where context is looked for. */
export interface EditorPlace {
  readonly document: vscode.TextDocument;
  readonly position: vscode.Position;
  readonly exclusion: Exclusion;
}
