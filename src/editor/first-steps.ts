import * as vscode from 'vscode';
import { firstStepContexts } from '../contract/contributions/index.js';
import type { AcceptanceStatistics } from '../contract/statistics.js';

/** Tells VS Code that something has happened for which a step of the walkthrough waits. */
export function happened(step: keyof typeof firstStepContexts): void {
  void vscode.commands.executeCommand('setContext', firstStepContexts[step], true);
}

/** Notices the first suggestion that is taken, whole or in part. */
export function noticeTaken({ byLanguage }: AcceptanceStatistics): void {
  if (Object.values(byLanguage).some(({ accepted, partlyAccepted }) => accepted + partlyAccepted > 0))
    happened('suggestionTaken');
}
