import * as vscode from 'vscode';
import { commandId, engineCommands, type Command } from '../../contract/contributions/index.js';
import type { Ctx } from '../ctx.js';
import type { MissingModel } from './place.js';
import { sizeText } from './size.js';

interface Offer extends vscode.MessageItem {
  readonly command: Command;
}

function question(missing: MissingModel): string {
  if (missing.kind !== 'not-downloaded') return missing.reason;
  const { name, size, licence } = missing.model;
  return vscode.l10n.t(
    'Sparse Pilot needs a model. Download {0} ({1}, licence {2})? It runs on this machine; nothing you write leaves it.',
    name,
    sizeText(size),
    licence,
  );
}

/** Offers to fetch or choose a model the first time one is needed and missing; once a session, and not again for the same reason. */
export function offerMissingModel(ctx: Ctx): void {
  const offered = new Set<string>();
  const offer = async (missing: MissingModel): Promise<void> => {
    if (offered.has(missing.reason)) return;
    offered.add(missing.reason);
    const download: Offer = { title: vscode.l10n.t('Download'), command: engineCommands.downloadModel };
    const choose: Offer = { title: vscode.l10n.t('Choose a Model…'), command: engineCommands.chooseModel };
    const picked = await vscode.window.showInformationMessage(
      question(missing),
      ...(missing.kind === 'not-downloaded' ? [download, choose] : [choose]),
    );
    if (picked !== undefined) await vscode.commands.executeCommand(commandId(picked.command));
  };
  ctx.extension.subscriptions.push(ctx.engine.onMissing((missing) => void offer(missing)));
}
