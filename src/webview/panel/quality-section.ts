import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { VscodeCheckbox } from '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { VscodeTextfield } from '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import {
  qualityMetrics,
  type KnobValues,
  type QualityMetric,
  type QualityStatus,
  type QualityTarget,
} from '../../contract/index.js';
import { t } from '../shared/l10n.js';
import { select } from './controls/select.js';
import type { Shown } from './page.js';
import { lossText, metricMeaning } from './words/metrics.js';
import { density, ratio } from '../shared/words/numbers.js';

/** The unit the limit is typed in: nats, or tokens in a hundred. */
const typedPerUnit: Readonly<Record<QualityMetric, number>> = { kl: 1, disagreement: 100 };
const startingLimit: Readonly<Record<QualityMetric, number>> = { kl: 0.05, disagreement: 0.05 };
/** Of a limit: a value between two steps would look like a mistake. */
const finest: Readonly<Record<QualityMetric, number>> = { kl: 0.0001, disagreement: 0.01 };
const largest: Readonly<Record<QualityMetric, number>> = { kl: 10, disagreement: 100 };

/** "Lose no more than …" and what the controller does about it. */
export function qualitySection({ state, actions }: Shown, status: QualityStatus | undefined): TemplateResult {
  const { hold, target } = state.knobs;
  const limit = String(Number((target.limit * typedPerUnit[target.metric]).toPrecision(4)));
  const turnTarget = (value: QualityTarget) =>
    actions.post({ type: 'turn', change: { knob: 'target', value } });
  const onHold = ({ currentTarget }: Event) => {
    if (currentTarget instanceof VscodeCheckbox)
      actions.post({ type: 'turn', change: { knob: 'hold', value: currentTarget.checked } });
  };
  const onLimit = ({ currentTarget }: Event) => {
    if (!(currentTarget instanceof VscodeTextfield)) return;
    const typed = Number(currentTarget.value.replace(',', '.'));
    if (typed > 0 && typed <= largest[target.metric])
      turnTarget({ metric: target.metric, limit: typed / typedPerUnit[target.metric] });
    else currentTarget.value = limit;
  };
  return html`<section aria-labelledby="quality-title">
    <header><h2 id="quality-title">${t('Quality first')}</h2></header>
    <vscode-checkbox ?checked=${hold} @change=${onHold} label=${t('Lose no more than')}></vscode-checkbox>
    <div class="bar">
      <vscode-textfield
        class="limit"
        type="number"
        .label=${t('Limit')}
        .step=${finest[target.metric]}
        .min=${0}
        .max=${largest[target.metric]}
        .value=${limit}
        @change=${onLimit}
      ></vscode-textfield>
      ${select({
        label: t('Quality measured as'),
        value: target.metric,
        options: qualityMetrics.map((metric) => ({ value: metric, label: limitUnit(metric) })),
        onPick: (metric) => turnTarget({ metric, limit: startingLimit[metric] }),
      })}
    </div>
    <p class="meaning quiet">
      ${metricMeaning(target.metric)}
      ${t(
        'Dense probes made while generating measure what is lost; the density moves so that the limit holds, and sparsity switches itself off where it gains less than 3%.',
      )}
    </p>
    ${hold ? statusView(status, state.knobs) : nothing}
  </section>`;
}

const limitUnit = (metric: QualityMetric) =>
  metric === 'kl' ? t('nats a token (KL divergence)') : t('% of tokens differing from Dense');

function statusView(
  status: QualityStatus | undefined,
  { mode, selectorInForce }: KnobValues,
): TemplateResult {
  if (mode !== 'fast' && mode !== 'balanced')
    return html`<p>${t('This mode loses nothing; there is nothing to hold.')}</p>`;
  if (selectorInForce === 'none')
    return html`<p>${t('Nothing is skipped with the selector in force; there is nothing to hold.')}</p>`;
  if (status === undefined) return html`<p class="quiet">${t('It starts with the next answer.')}</p>`;
  const { metric, limit } = status.target;
  const share = status.loss === null ? 0 : Math.min(status.loss / limit, 1.5) / 1.5;
  return html`<dl class="facts">
      <dt>${t('Now')}</dt>
      <dd>${phaseText(status)}</dd>
      <dt>${t('Lost')}</dt>
      <dd>
        ${status.loss === null ? '–' : lossText(metric, status.loss)}
        <span class="quiet">${t('of {0} allowed, {1} probes', lossText(metric, limit), status.probes)}</span>
      </dd>
      <dt>${t('Density')}</dt>
      <dd>${density(status.density)}</dd>
      <dt>${t('Gain')}</dt>
      <dd>${status.gain === null ? '–' : t('{0} the speed without sparsity', ratio(status.gain))}</dd>
    </dl>
    <svg class="gauge" viewBox="0 0 150 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="150" height="6" />
      <rect class=${share > 1 / 1.5 ? 'over' : 'use'} width=${share * 150} height="6" />
      <rect class="edge" x="99.5" width="1" height="6" />
    </svg>
    ${
      mode === 'balanced'
        ? html`<p class="quiet">
            ${t('Measured on drafts, by the checks: what the checks let through loses less.')}
          </p>`
        : nothing
    }`;
}

function phaseText({ phase, off }: QualityStatus): string {
  if (off === 'no-gain')
    return t('Off: it gained less than 3% over Dense here. Dense runs; it tries again later.');
  if (off === 'unreachable')
    return t('Off: the limit needs nearly every weight. Dense runs; it tries again later.');
  return phase === 'holding' ? t('Holding the limit.') : t('Gathering probes.');
}
