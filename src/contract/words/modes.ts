import type { Mode } from '../modes.js';
import type { CorrectionStrength } from '../webview-panel.js';
import type { Translate } from './translate.js';

export function modeName(mode: Mode, t: Translate): string {
  switch (mode) {
    case 'dense':
      return t('Dense');
    case 'exact':
      return t('Exact');
    case 'balanced':
      return t('Balanced');
    case 'fast':
      return t('Fast');
  }
}

export function modeMeaning(mode: Mode, t: Translate): string {
  switch (mode) {
    case 'dense':
      return t('Every weight: what llama.cpp says, sooner where our kernels run. The reference.');
    case 'exact':
      return t('The same text as Dense, faster where drafting pays.');
    case 'balanced':
      return t('Sparse drafts, checked and repaired by dense passes.');
    case 'fast':
      return t('Sparse and unchecked: fastest where skipping gains here, and least faithful.');
  }
}

export function strengthName(strength: CorrectionStrength | 'custom', t: Translate): string {
  switch (strength) {
    case 'light':
      return t('Light');
    case 'standard':
      return t('Standard');
    case 'strict':
      return t('Strict');
    case 'custom':
      return t('Custom');
  }
}

export function strengthMeaning(strength: CorrectionStrength | 'custom', t: Translate): string {
  switch (strength) {
    case 'light':
      return t('Checks seldom and accepts readily: faster, more is let through.');
    case 'standard':
      return t('Checks when a draft becomes uncertain, and at the end of statements.');
    case 'strict':
      return t('Checks often and accepts only likely tokens: closer to Dense.');
    case 'custom':
      return t('The correction settings were set one by one.');
  }
}
