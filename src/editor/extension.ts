import type * as vscode from 'vscode';
import { bootstrap } from './bootstrap.js';
import type { GivenAnswer } from './chat/provider/answers.js';
import type { CompletionRecord } from './completion/core/records/record.js';

/** What other extensions, and the tests in the extension host, may look at. */
export interface ExtensionApi {
  /** What became of the last completion requests, oldest first. They hold source text of the user's files. */
  readonly completionRecords: () => readonly CompletionRecord[];
  /** What became of the last answers given to `@sparse` and to users of the language model, oldest first. Counts, no text. */
  readonly chatAnswers: () => readonly GivenAnswer[];
}

/** Called by VS Code once, after start-up; puts everything in place and loads nothing. */
export function activate(extension: vscode.ExtensionContext): ExtensionApi {
  return bootstrap(extension);
}

/** Everything registered is disposed of by VS Code. */
export function deactivate(): void {}
