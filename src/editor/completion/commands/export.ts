import * as vscode from 'vscode';
import { exported } from '../core/records/export.js';
import type { CompletionRecord } from '../core/records/record.js';
import { pickRecord } from './why.js';

/** Opens a value as an unsaved JSON document, for the user to read before it goes anywhere. */
export async function openJson(value: unknown): Promise<void> {
  const document = await vscode.workspace.openTextDocument({
    language: 'json',
    content: `${JSON.stringify(value, null, 2)}\n`,
  });
  await vscode.window.showTextDocument(document);
}

/** Exports one of the last requests; without source unless the user says so. */
export async function exportRequest(records: readonly CompletionRecord[]): Promise<void> {
  const record = await pickRecord(records, vscode.l10n.t('Which request?'));
  if (record !== undefined) await exportRecord(record);
}

/** Exports this request; without source unless the user says so. */
export async function exportRecord(record: CompletionRecord): Promise<void> {
  const choices = [
    {
      label: vscode.l10n.t('Without source'),
      detail: vscode.l10n.t('Sizes, hashes, settings and timings. Cannot be replayed.'),
      source: 'withheld' as const,
    },
    {
      label: vscode.l10n.t('With source'),
      detail: vscode.l10n.t('Holds your code around the cursor. Can be replayed on the command line.'),
      source: 'included' as const,
    },
  ];
  const picked = await vscode.window.showQuickPick(choices, {
    title: vscode.l10n.t('Export a Request for Replay'),
  });
  if (picked !== undefined) await openJson(exported(record, picked.source));
}
