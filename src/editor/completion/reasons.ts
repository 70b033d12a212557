import * as vscode from 'vscode';
import type { CompletionOutcome } from '../../contract/outcomes.js';

/** An outcome in words, for "Why no suggestion?". */
export function outcomeWords(outcome: CompletionOutcome): string {
  const { t } = vscode.l10n;
  switch (outcome) {
    case 'shown':
      return t('Shown');
    case 'served-from-cache':
      return t('Shown from memory, without asking the model');
    case 'empty':
      return t('The model had nothing to say here');
    case 'cancelled':
      return t('Cancelled');
    case 'superseded':
      return t('Typing went on before the answer was there');
    case 'filtered':
      return t('The answer was not good enough');
    case 'disabled':
      return t('Suggestions are off here');
    case 'on-battery':
      return t('Suggestions wait for the command while the machine runs on battery');
    case 'inside-code':
      return t('There is code right of the cursor');
    case 'snoozed':
      return t('Suggestions are snoozed');
    case 'excluded-file':
      return t('The file is excluded (ignored by git, secret, or by setting)');
    case 'no-model':
      return t('There is no model yet');
    case 'model-loading':
      return t('The model was still loading');
    case 'engine-down':
      return t('The engine is down');
    case 'context-full':
      return t('The context of the model is full');
    case 'too-large':
      return t('The file or the line is too large');
    case 'read-only':
      return t('The file is read-only, so nothing is suggested');
    case 'binary-file':
      return t('The file is binary');
    case 'unsupported-model':
      return t('The model cannot complete code');
    case 'timeout':
      return t('It took too long');
    case 'error':
      return t('Something went wrong');
  }
}
