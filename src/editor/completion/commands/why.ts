import * as vscode from 'vscode';
import { commandId, completionCommands, engineCommands } from '../../../contract/contributions/index.js';
import type { CompletionOutcome } from '../../../contract/outcomes.js';
import { prefix, settings } from '../../../contract/settings/index.js';
import { reasonText } from '../../engine/reason-text.js';
import { runsOf, type CompletionRecord, type RecordRun } from '../core/records/record.js';
import { outcomeWords } from '../reasons.js';

/** A record the user picked from the list of the last ones. */
interface RecordItem extends vscode.QuickPickItem {
  readonly record: CompletionRecord;
}

/** A time that says something; what took none is left out, the line is short. */
const ms = (value: number | undefined, words: string) =>
  value === undefined || Math.round(value) === 0 ? [] : [`${words} ${Math.round(value)} ms`];

function timingsText({ timings, result }: CompletionRecord): string {
  const { t } = vscode.l10n;
  const speed = result?.timings.tokensPerSecond;
  return [
    `${t('in all')} ${Math.round(timings.totalMs)} ms`,
    ...ms(timings.firstTextMs, t('first text')),
    ...ms(timings.debounceMs, t('waited')),
    ...ms(timings.contextMs, t('context')),
    ...(result === undefined
      ? []
      : [t('{0} of {1} prompt tokens reused', result.tokens.reused, result.tokens.prompt)]),
    ...(speed === undefined || speed === 0 ? [] : [t('{0} tokens/s', speed.toFixed(0))]),
  ].join(' · ');
}

function itemOf({ record, times }: RecordRun): RecordItem {
  const good = record.outcome === 'shown' || record.outcome === 'served-from-cache';
  return {
    label: `$(${good ? 'check' : 'circle-slash'}) ${outcomeWords(record.outcome)}${times > 1 ? ` × ${times}` : ''}`,
    // That typing went on is all there is to say of such a request.
    description: record.outcome === 'superseded' ? '' : reasonText(record.detail ?? ''),
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
  const picked = await vscode.window.showQuickPick(runsOf(records).toReversed().map(itemOf), {
    title,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.record;
}

const { completion } = settings;

/** The setting that an outcome hangs on; without one, all settings of completion are shown. */
const decisive: Partial<Record<CompletionOutcome, string>> = {
  disabled: completion.enabled.id,
  'on-battery': completion.onBattery.id,
  'excluded-file': completion.exclude.id,
  superseded: completion.eagerness.id,
  filtered: completion.minConfidence.id,
  timeout: completion.timeBudgetMs.id,
  'context-full': settings.chat.contextSize.id,
};

/** What may be done about the outcome that the user picked. */
interface Step extends vscode.QuickPickItem {
  readonly take: () => unknown;
}

function stepsFor(
  record: CompletionRecord,
  exportIt: (record: CompletionRecord) => unknown,
): readonly Step[] {
  const { t } = vscode.l10n;
  const run = (command: Parameters<typeof commandId>[0]) => () =>
    vscode.commands.executeCommand(commandId(command));
  const query = `${prefix}.${decisive[record.outcome] ?? 'completion'}`;
  return [
    ...(record.outcome === 'snoozed'
      ? [{ label: `$(bell) ${t('End the snooze')}`, take: run(completionCommands.wakeUp) }]
      : []),
    ...(record.outcome === 'no-model'
      ? [{ label: `$(cloud-download) ${t('Choose a Model')}`, take: run(engineCommands.chooseModel) }]
      : []),
    {
      label: `$(gear) ${t('Open the settings that decide this')}`,
      take: () => vscode.commands.executeCommand('workbench.action.openSettings', query),
    },
    { label: `$(output) ${t('Show Log')}`, take: run(engineCommands.showLog) },
    { label: `$(export) ${t('Export this request')}`, take: () => exportIt(record) },
  ];
}

/** Shows the last outcomes, and what may be done about the one that is picked. */
export async function explainLast(
  records: readonly CompletionRecord[],
  exportIt: (record: CompletionRecord) => unknown,
): Promise<void> {
  const record = await pickRecord(records, vscode.l10n.t('Why No Suggestion?'));
  if (record === undefined) return;
  const step = await vscode.window.showQuickPick([...stepsFor(record, exportIt)], {
    title: outcomeWords(record.outcome),
  });
  await step?.take();
}
