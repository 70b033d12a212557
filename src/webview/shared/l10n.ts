import * as l10n from '@vscode/l10n';

/**
 * Gives `l10n.t('English {0}', …)` the translations the page came with (`data-strings` of the body, put there by the
 * editor). Import this module first in a page's `main.ts`; elsewhere import `@vscode/l10n` itself, so that the strings
 * are found by its extractor.
 */
export function useTranslations(): void {
  const contents = document.body.dataset['strings'];
  if (contents) l10n.config({ contents });
}
