import { html, nothing, type TemplateResult } from 'lit';
import type { ChatEngineView, NextStep } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import { stepButtons } from '../../shared/step-buttons.js';
import { loadingText } from '../../shared/words/loading.js';
import type { Intents } from '../intents.js';

/** What stands between the person and an answer, with the way out; nothing while all is well. */
export function engineNotice(engine: ChatEngineView, intents: Intents): TemplateResult | typeof nothing {
  const run = (step: NextStep) => intents.act({ type: 'step', step });
  switch (engine.kind) {
    case 'ready':
    case 'busy':
    case 'asleep':
      return nothing;
    case 'starting':
      return html`<div class="engine">
        <p>${t('The engine is starting…')}</p>
        <vscode-progress-bar indeterminate aria-label=${t('Starting')}></vscode-progress-bar>
      </div>`;
    case 'loading':
      return html`<div class="engine">
        <p>${loadingText(engine)}</p>
        <vscode-progress-bar
          .value=${engine.percent}
          .max=${100}
          aria-label=${t('Loading the model')}
        ></vscode-progress-bar>
        ${stepButtons(['cancel-loading'], run)}
      </div>`;
    case 'no-model':
      return html`<div class="engine">
        <p>${engine.message} ${t('Models run on this machine; nothing is sent anywhere.')}</p>
        ${stepButtons(engine.steps, run)}
      </div>`;
    case 'no-chat':
      return html`<div class="engine">
        <p>${t('{0} completes code but has no chat template. Choose a chat model.', engine.model)}</p>
        ${stepButtons(engine.steps, run)}
      </div>`;
    case 'down':
      return html`<div class="engine trouble" role="alert">
        <p>${engine.message}</p>
        ${stepButtons(engine.steps, run)}
      </div>`;
  }
}
