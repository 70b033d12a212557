import * as vscode from 'vscode';
import { reasonWords } from '../../contract/reasons/words.js';

/** A reason of the engine, or of the completion core, in the user's language. */
export const reasonText = (sentence: string): string =>
  reasonWords(sentence, (english) => vscode.l10n.bundle?.[english] ?? english);
