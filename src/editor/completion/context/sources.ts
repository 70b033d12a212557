import type * as vscode from 'vscode';
import type { ContextChunk } from '../../../contract/completion.js';
import type { SettingsHere } from '../../settings/reader.js';

/** Everything outside of the file that may help. */
export interface ContextSources {
  gather(
    document: vscode.TextDocument,
    position: vscode.Position,
    here: SettingsHere,
    signal: AbortSignal,
  ): Promise<readonly ContextChunk[]>;
}
