import type { NextStep } from '../../../contract/index.js';
import { t } from '../l10n.js';

/** What stands on the button of a next step. */
export function stepName(step: NextStep): string {
  switch (step) {
    case 'retry':
      return t('Try Again');
    case 'restart-engine':
      return t('Restart Engine');
    case 'cancel-loading':
      return t('Cancel Loading');
    case 'choose-model':
      return t('Choose a Model');
    case 'download-model':
      return t('Download the Model');
    case 'new-conversation':
      return t('New Conversation');
    case 'open-settings':
      return t('Open Settings');
    case 'show-log':
      return t('Show Log');
  }
}
