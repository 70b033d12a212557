import * as vscode from 'vscode';
import type { StatusKind } from './view.js';

/** Text and explanation of one state. */
export interface StatusWords {
  readonly icon: string;
  readonly label: string;
  readonly explanation: string;
}

/** A state in words; `label` is short enough for the status bar. */
export function statusWords(status: StatusKind, model: string | undefined): StatusWords {
  const { t } = vscode.l10n;
  const name = model ?? t('no model');
  switch (status.kind) {
    case 'loading':
      return {
        icon: '$(loading~spin)',
        label: t('{0}%', status.percent),
        explanation:
          status.step === 'checking'
            ? t('Checking the model file: {0}%', status.percent)
            : t('Loading the model: {0}%', status.percent),
      };
    case 'starting':
      return { icon: '$(loading~spin)', label: t('starting'), explanation: t('The engine is starting.') };
    case 'ready':
      return { icon: '$(zap)', label: t('ready'), explanation: t('Ready: {0}', name) };
    case 'working':
      return { icon: '$(sync~spin)', label: t('working'), explanation: t('Working: {0}', name) };
    case 'asleep':
      return {
        icon: '$(zap)',
        label: t('asleep'),
        explanation: t('The model left memory. It comes back with the next request.'),
      };
    case 'off':
      return { icon: '$(circle-slash)', label: t('off'), explanation: t('Suggestions are off here.') };
    case 'snoozed':
      return { icon: '$(bell-slash)', label: t('snoozed'), explanation: t('Suggestions are snoozed.') };
    case 'no-model':
      return {
        icon: '$(zap)',
        label: t('no model'),
        explanation: t(
          'No model is loaded yet. It is loaded when the first suggestion is due; after a load that was cancelled, when you ask for one.',
        ),
      };
    case 'error':
      return {
        icon: '$(error)',
        label: t('error'),
        explanation: [status.message, status.nextStep ?? ''].join(' ').trim(),
      };
  }
}
