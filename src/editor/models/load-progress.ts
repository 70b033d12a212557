import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { EngineState } from '../../contract/engine-info.js';
import type { Ctx } from '../ctx.js';
import { loadingFacts } from '../engine/state-facts.js';

/** A load that is over sooner shows in the status bar only. Milliseconds. */
const patience = 500;

function words(state: Extract<EngineState, { kind: 'loading' }>): string {
  const { model, percent, step } = loadingFacts(state);
  return step === 'checking'
    ? vscode.l10n.t('checking {0}, {1}%', model, percent)
    : vscode.l10n.t('{0}, {1}%', model, percent);
}

/**
 * Does something that the user asked for and that loads a model: with progress, and a button that cancels the load.
 * @throws what `work` throws; `cancelled` after the button was pressed
 */
export async function withLoadProgress<T>(ctx: Ctx, work: () => Promise<T>): Promise<T> {
  const running = work();
  const ended = running.then(
    () => 'ended',
    () => 'ended',
  );
  if ((await Promise.race([ended, delay(patience, 'goes on')])) === 'goes on') await show(ctx, ended);
  return await running;
}

async function show(ctx: Ctx, ended: Promise<unknown>): Promise<void> {
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Loading the model'),
      cancellable: true,
    },
    async (progress, token) => {
      const report = (state: EngineState): void => {
        if (state.kind === 'loading') progress.report({ message: words(state) });
      };
      report(ctx.engine.state);
      const watching = [
        ctx.engine.onState(report),
        token.onCancellationRequested(() => ctx.engine.cancelLoad()),
      ];
      await ended;
      for (const one of watching) one.dispose();
    },
  );
}
