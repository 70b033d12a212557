import { html, nothing, type TemplateResult } from 'lit';
import { qualityMetrics, type Measurement, type Mode } from '../../contract/index.js';
import { reason, t } from '../shared/l10n.js';
import { modeName } from '../shared/words/modes.js';
import { selectorName } from '../shared/words/selectors.js';
import { button } from './controls/button.js';
import { exportButtons } from './controls/export-buttons.js';
import { select } from './controls/select.js';
import { taskView } from './controls/task.js';
import { advice } from './measure/advice.js';
import { pointsTable } from './measure/points-table.js';
import { scatter } from './measure/scatter.js';
import type { Shown } from './page.js';
import { metricMeaning, metricName } from './words/metrics.js';
import { speed } from '../shared/words/numbers.js';
import { moment } from '../shared/words/times.js';

/** "Measure on this machine": the sweep and its plot. */
export function measureSection(shown: Shown): TemplateResult {
  const { state, actions } = shown;
  const running = state.tasks.measure.kind === 'running';
  const ready = state.engine.kind === 'ready';
  return html`<section aria-labelledby="measure-title" class="wide">
    <header>
      <h2 id="measure-title">${t('Measured on this machine')}</h2>
      ${
        running || !ready
          ? nothing
          : button({
              text: state.measurement === null ? t('Measure') : t('Measure Again'),
              icon: 'beaker',
              onPress: () => actions.post({ type: 'measure' }),
            })
      }
    </header>
    ${taskView(state.tasks.measure, t('Measuring'), () => actions.post({ type: 'cancel', task: 'measure' }))}
    ${state.measurement === null ? (running ? nothing : explanation()) : results(shown, state.measurement)}
  </section>`;
}

const explanation = (): TemplateResult =>
  html`<p class="quiet">
    ${t(
      'Runs the model with every selector of neurons at three densities beside Dense, on held-out code, in the background: what each gains in speed here and what it loses. Takes some minutes; typing comes first.',
    )}
  </p>`;

function results({ state, kept, columnWidth, actions }: Shown, measurement: Measurement): TemplateResult {
  const metric = kept.metric ?? state.knobs.target.metric;
  const use = (pointId: string) => actions.post({ type: 'use', pointId });
  if (measurement.points.length === 0)
    return html`<p>
        ${t('Dense runs at {0}. No sparse method can be measured on this machine.', speed(measurement.denseTokensPerSecond))}
      </p>
      ${refusedList(measurement)} ${exportButtons('measurement', actions)}`;
  return html`<div class="bar">
      ${select({
        label: t('Quality measured as'),
        value: metric,
        options: qualityMetrics.map((one) => ({ value: one, label: metricName(one) })),
        onPick: actions.showMetric,
      })}
    </div>
    ${advice(measurement, state.knobs, actions)}
    ${scatter({ measurement, knobs: state.knobs, metric, width: columnWidth, onUse: use })}
    <p class="quiet">${metricMeaning(metric)}</p>
    <p class="quiet">
      ${t('{0} threads, {1}. Choose a point to use its setting; arrow keys move between points.', measurement.threads, moment(measurement.time))}
    </p>
    ${modeNote(state.knobs.mode)} ${pointsTable(measurement, use)} ${refusedList(measurement)}
    ${exportButtons('measurement', actions)}`;
}

/** The points are of sparse passes without checks. */
function modeNote(mode: Mode): TemplateResult | typeof nothing {
  if (mode !== 'exact' && mode !== 'balanced') return nothing;
  return html`<p class="quiet">
    ${t('{0} is in force; it is not among the points, because its checks were not measured.', modeName(mode))}
  </p>`;
}

function refusedList({ refused = [] }: Measurement): TemplateResult | typeof nothing {
  if (refused.length === 0) return nothing;
  return html`<details id="not-measured">
    <summary>
      ${t('Not measured: {0}', refused.map(({ selector }) => selectorName(selector)).join(', '))}
    </summary>
    <dl class="off">
      ${refused.map(
        (one) =>
          html`<dt>${selectorName(one.selector)}</dt>
            <dd class="quiet">${reason(one.reason)}</dd>`,
      )}
    </dl>
  </details>`;
}
