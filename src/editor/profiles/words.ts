import * as vscode from 'vscode';
import type { Profile } from './profile.js';

/** What the user reads for a profile: their own name, or the translated one of a built-in. */
export function profileTitle({ name, builtIn }: Profile): string {
  const { t } = vscode.l10n;
  if (!builtIn) return name;
  switch (name) {
    case 'quality':
      return t('Quality');
    case 'speed':
      return t('Speed');
    case 'battery':
      return t('Battery');
    default:
      return t('Standard');
  }
}

export function profileMeaning({ name, builtIn, values }: Profile): string {
  const { t } = vscode.l10n;
  if (!builtIn) return Object.keys(values).join(', ');
  switch (name) {
    case 'quality':
      return t('Exact text, longer suggestions with more context, after a clear pause');
    case 'speed':
      return t('Sparse and unchecked with a limit on what is lost, suggestions at once');
    case 'battery':
      return t('Few, short suggestions with little context');
    default:
      return t('Every setting at its default');
  }
}
