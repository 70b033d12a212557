import * as vscode from 'vscode';
import { reasonText } from '../../engine/reason-text.js';
import type { CompletionRecord } from '../core/records/record.js';
import { outcomeWords } from '../reasons.js';

/** A record the user picked from the list of the last ones. */
interface RecordItem extends vscode.QuickPickItem {
  readonly record: CompletionRecord;
}

const ms = (value: number | undefined, words: string) =>
  value === undefined ? [] : [`${words} ${Math.round(value)} ms`];

function timingsText({ timings, result }: CompletionRecord): string {
  const { t } = vscode.l10n;
  const speed = result?.timings.tokensPerSecond;
  return [
    ...ms(timings.totalMs, t('in all')),
    ...ms(timings.debounceMs, t('waited')),
    ...ms(timings.contextMs, t('context')),
    ...ms(timings.firstTextMs, t('first text')),
    ...(result === undefined
      ? []
      : [t('{0} of {1} prompt tokens reused', result.tokens.reused, result.tokens.prompt)]),
    ...(speed === undefined || speed === 0 ? [] : [t('{0} tokens/s', speed.toFixed(0))]),
  ].join(' · ');
}

function itemOf(record: CompletionRecord): RecordItem {
  const good = record.outcome === 'shown' || record.outcome === 'served-from-cache';
  return {
    label: `$(${good ? 'check' : 'circle-slash'}) ${outcomeWords(record.outcome)}`,
    description: reasonText(record.detail ?? ''),
    detail: `${new Date(record.at).toLocaleTimeString()} · ${record.path}:${record.line + 1} · ${timingsText(record)}`,
    record,
  };
}

/** Lists the last requests, latest first, and lets the user pick one. */
export async function pickRecord(
  records: readonly CompletionRecord[],
  title: string,
): Promise<CompletionRecord | undefined> {
  if (records.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Nothing has been asked yet. Type in an editor first.'),
    );
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(records.toReversed().map(itemOf), {
    title,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.record;
}
