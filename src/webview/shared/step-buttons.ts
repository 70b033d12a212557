import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, type TemplateResult } from 'lit';
import type { NextStep } from '../../contract/index.js';
import { stepName } from './words/steps.js';

/** The next steps as buttons, the first one the primary; ending what goes well by itself never is. */
export function stepButtons(steps: readonly NextStep[], run: (step: NextStep) => void): TemplateResult {
  return html`<div class="steps">
    ${steps.map(
      (step, index) =>
        html`<vscode-button ?secondary=${index > 0 || step === 'cancel-loading'} @click=${() => run(step)}
          >${stepName(step)}</vscode-button
        >`,
    )}
  </div>`;
}
