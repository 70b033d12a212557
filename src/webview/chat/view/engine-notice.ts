import { html, nothing, type TemplateResult } from 'lit';
import type { ChatEngineView } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import type { Intents } from '../intents.js';
import { stepButtons } from './steps.js';

/** What stands between the person and an answer, with the way out; nothing while all is well. */
export function engineNotice(engine: ChatEngineView, intents: Intents): TemplateResult | typeof nothing {
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
        <p>
          ${
            engine.step === 'checking'
              ? t('Checking {0}: {1}%', engine.model, Math.round(engine.percent))
              : t('Loading {0}: {1}%', engine.model, Math.round(engine.percent))
          }
        </p>
        <vscode-progress-bar
          value=${Math.round(engine.percent)}
          max="100"
          aria-label=${t('Loading the model')}
        ></vscode-progress-bar>
      </div>`;
    case 'no-model':
      return html`<div class="engine">
        <p>${engine.message} ${t('Models run on this machine; nothing is sent anywhere.')}</p>
        ${stepButtons(engine.steps, (step) => intents.act({ type: 'step', step }))}
      </div>`;
    case 'no-chat':
      return html`<div class="engine">
        <p>${t('{0} completes code but has no chat template. Choose a chat model.', engine.model)}</p>
        ${stepButtons(engine.steps, (step) => intents.act({ type: 'step', step }))}
      </div>`;
    case 'down':
      return html`<div class="engine trouble" role="alert">
        <p>${engine.message}</p>
        ${stepButtons(engine.steps, (step) => intents.act({ type: 'step', step }))}
      </div>`;
  }
}
