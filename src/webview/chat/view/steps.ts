import { html, type TemplateResult } from 'lit';
import type { NextStep } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';

const labels: Readonly<Record<NextStep, () => string>> = {
  retry: () => t('Try again'),
  'restart-engine': () => t('Restart engine'),
  'choose-model': () => t('Choose a model'),
  'download-model': () => t('Download the model'),
  'new-conversation': () => t('New conversation'),
  'open-settings': () => t('Open settings'),
  'show-log': () => t('Show log'),
};

/** The next steps as buttons, the first one the primary. */
export function stepButtons(steps: readonly NextStep[], run: (step: NextStep) => void): TemplateResult {
  return html`<div class="steps">
    ${steps.map(
      (step, index) =>
        html`<vscode-button ?secondary=${index > 0} @click=${() => run(step)}
          >${labels[step]()}</vscode-button
        >`,
    )}
  </div>`;
}
