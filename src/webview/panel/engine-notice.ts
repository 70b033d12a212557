import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { html, type TemplateResult } from 'lit';
import type { NextStep, PanelEngineView, PanelModel } from '../../contract/index.js';
import { reason, t } from '../shared/l10n.js';
import { stepButtons } from '../shared/step-buttons.js';
import { loadingText } from '../shared/words/loading.js';
import { button } from './controls/button.js';
import type { Actions } from './page.js';
import { bytes } from '../shared/words/numbers.js';

interface Notice {
  readonly icon: string;
  readonly text: string;
  readonly steps: readonly NextStep[];
}

const notice = ({ icon, text, steps }: Notice, run: (step: NextStep) => void): TemplateResult =>
  html`<div class="notice" role="status">
    <p><span class="codicon codicon-${icon}" aria-hidden="true"></span> ${text}</p>
    ${stepButtons(steps, run)}
  </div>`;

/** Why there is nothing to measure yet and what to do about it; the model's facts when it is there. */
export function engineNotice(engine: PanelEngineView, { post }: Actions): TemplateResult {
  const run = (step: NextStep) => post({ type: 'step', step });
  switch (engine.kind) {
    case 'ready':
      return modelFacts(engine.model);
    case 'asleep':
      return html`<div class="notice" role="status">
        <p>
          <span class="codicon codicon-zap" aria-hidden="true"></span>
          ${t('The model is not in memory. It is loaded with the first request, or now.')}
        </p>
        ${button({ text: t('Load the Model'), onPress: () => run('retry') })}
      </div>`;
    case 'starting':
      return notice({ icon: 'loading', text: t('The engine is starting.'), steps: ['show-log'] }, run);
    case 'loading':
      return html`<div class="notice">
        <p>${loadingText(engine)}</p>
        <vscode-progress-bar
          aria-label=${t('Loading the model')}
          .value=${engine.percent}
          .max=${100}
        ></vscode-progress-bar>
        ${stepButtons(['cancel-loading'], run)}
      </div>`;
    case 'no-model':
      return notice(
        {
          icon: 'package',
          text: t('There is no model yet. Choose one: it is kept and run on this machine.'),
          steps: ['choose-model'],
        },
        run,
      );
    case 'down':
      return notice({ icon: 'error', text: engine.message, steps: engine.steps }, run);
  }
}

function modelFacts(model: PanelModel): TemplateResult {
  const place =
    model.gpuLayers > 0 ? t('{0} of {1} layers on the GPU', model.gpuLayers, model.layers) : t('CPU');
  const facts = [
    model.quantisation,
    t('{0} layers', model.layers),
    t('{0} of weights', bytes(model.weightBytes)),
    ...(model.extraMemoryBytes > 0 ? [t('{0} more for sparse layouts', bytes(model.extraMemoryBytes))] : []),
    place,
  ];
  const warnings = [
    ...(model.stockReason === null
      ? []
      : [
          t(
            'Dense only: the prebuilt binaries run here, without sparse kernels. {0}',
            reason(model.stockReason),
          ),
        ]),
    ...model.stepDowns.map(reason),
  ];
  return html`<div class="model">
    <p><strong>${model.name}</strong> <span class="quiet">${facts.join(' · ')}</span></p>
    ${warnings.map(
      (text) =>
        html`<p class="warning"><span class="codicon codicon-warning" aria-hidden="true"></span> ${text}</p>`,
    )}
  </div>`;
}
