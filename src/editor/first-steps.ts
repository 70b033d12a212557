import * as vscode from 'vscode';
import { firstStepContexts } from '../contract/contributions/index.js';
import type { AcceptanceStatistics } from '../contract/statistics.js';

type FirstStep = keyof typeof firstStepContexts;

/**
 * Tells VS Code what has happened of that for which the walkthrough's steps wait. A step is ticked off when its context becomes true
 * while VS Code listens, and never if it was true before: so a context is true for a moment only, again whenever a page opens that
 * may be the walkthrough.
 */
export class FirstSteps implements vscode.Disposable {
  readonly #done = new Set<FirstStep>();
  readonly #tabs = vscode.window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
    // VS Code says nothing of what its own pages show.
    if ([...opened, ...changed].some(({ input }) => input === undefined))
      for (const step of this.#done) tell(step);
  });

  happened(step: FirstStep): void {
    if (this.#done.has(step)) return;
    this.#done.add(step);
    tell(step);
  }

  /** Notices the first suggestion that is taken, whole or in part. */
  noticeTaken({ byLanguage }: AcceptanceStatistics): void {
    if (Object.values(byLanguage).some(({ accepted, partlyAccepted }) => accepted + partlyAccepted > 0))
      this.happened('suggestionTaken');
  }

  dispose(): void {
    this.#tabs.dispose();
  }
}

function tell(step: FirstStep): void {
  const context = firstStepContexts[step];
  for (const value of [true, false]) void vscode.commands.executeCommand('setContext', context, value);
}
