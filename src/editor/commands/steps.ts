import * as vscode from 'vscode';
import { chatCommands, commandId, engineCommands, type Command } from '../../contract/contributions/index.js';
import type { NextStep } from '../../contract/index.js';

/** A step that is the same wherever it is offered; what is tried again is known only there. */
export type CommandStep = Exclude<NextStep, 'retry'>;

const stepCommands: Readonly<Record<CommandStep, Command>> = {
  'restart-engine': engineCommands.restartEngine,
  'cancel-loading': engineCommands.cancelLoading,
  'choose-model': engineCommands.chooseModel,
  'download-model': engineCommands.downloadModel,
  'new-conversation': chatCommands.new,
  'open-settings': engineCommands.openSettings,
  'show-log': engineCommands.showLog,
};

export async function takeStep(step: CommandStep): Promise<void> {
  await vscode.commands.executeCommand(commandId(stepCommands[step]));
}
