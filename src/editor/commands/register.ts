import * as vscode from 'vscode';
import { commandId, engineCommands, type Command } from '../../contract/contributions/index.js';
import { EngineError } from '../../engine/client/index.js';
import type { Ctx } from '../ctx.js';
import { errorText } from '../engine/error-words.js';
import { NoModelError } from '../engine/service.js';

/** What a command does; arguments come from whoever calls it and are not to be trusted. */
export type Handler = (...args: readonly unknown[]) => unknown;

async function explain(ctx: Ctx, command: Command, error: unknown): Promise<void> {
  if (error instanceof EngineError && error.code === 'cancelled') return;
  const message = error instanceof Error ? error.message : String(error);
  ctx.log.error(`${command.id}: ${error instanceof Error ? (error.stack ?? message) : message}`);
  const choose = vscode.l10n.t('Choose a Model');
  const showLog = vscode.l10n.t('Show Log');
  const action = error instanceof NoModelError ? choose : showLog;
  const answer = await vscode.window.showErrorMessage(errorText(error), action);
  if (answer === choose) await vscode.commands.executeCommand(commandId(engineCommands.chooseModel));
  if (answer === showLog) ctx.log.show();
}

/** Does something a command stands for; what it throws is shown in words, never lost. */
export async function explained(ctx: Ctx, command: Command, work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    await explain(ctx, command, error);
    return undefined;
  }
}

/** Registers a command of the contract; whatever it throws is shown in words, never lost. */
export function register(ctx: Ctx, command: Command, handler: Handler): void {
  ctx.extension.subscriptions.push(
    vscode.commands.registerCommand(commandId(command), (...args: unknown[]) =>
      explained(ctx, command, () => handler(...args)),
    ),
  );
}
