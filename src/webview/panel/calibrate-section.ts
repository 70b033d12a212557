import { html, nothing, type TemplateResult } from 'lit';
import type { CalibrationOutcome, CalibrationPlan } from '../../contract/index.js';
import { t } from '../shared/l10n.js';
import { curves } from './calibrate/curves.js';
import { button } from './controls/button.js';
import { exportButtons } from './controls/export-buttons.js';
import { taskView } from './controls/task.js';
import type { Shown } from './page.js';
import { bytes, count, estimate } from '../shared/words/numbers.js';

/** "Calibrate on my code": folder, estimate, progress, and the curve before and after. */
export function calibrateSection({ state, columnWidth, actions }: Shown): TemplateResult {
  const task = state.tasks.calibrate;
  const ready = state.engine.kind === 'ready' && task.kind !== 'running';
  return html`<section aria-labelledby="calibrate-title">
    <header>
      <h2 id="calibrate-title">${t('Calibrate on my code')}</h2>
      ${
        ready
          ? button({
              text: t('Choose Folder…'),
              icon: 'folder-opened',
              kind: 'secondary',
              onPress: () => actions.post({ type: 'chooseFolder' }),
            })
          : nothing
      }
    </header>
    <p class="meaning quiet">
      ${t('Learns from your own files which weights matter, so that the same density loses less. The files are read here and go nowhere.')}
    </p>
    ${state.plan === null || task.kind === 'running' ? nothing : planView(state.plan, ready, () => actions.post({ type: 'calibrate' }))}
    ${taskView(task, t('Calibrating'), () => actions.post({ type: 'cancel', task: 'calibrate' }))}
    ${
      state.calibration === null
        ? nothing
        : html`${outcomeView(state.calibration, columnWidth)} ${exportButtons('calibration', actions)}`
    }
  </section>`;
}

function planView(plan: CalibrationPlan, ready: boolean, onStart: () => void): TemplateResult {
  const time = plan.seconds === null ? t('time not known yet') : t('about {0}', estimate(plan.seconds));
  return html`<p>
      <strong>${plan.folder}</strong>
      <span class="quiet"
        >${t('{0} files, {1}; {2} tokens of them are read, {3}', plan.files, bytes(plan.bytes), count(plan.tokens), time)}</span
      >
    </p>
    ${ready && plan.files > 0 ? button({ text: t('Calibrate'), icon: 'play', onPress: onStart }) : nothing}
    ${plan.files === 0 ? html`<p class="problem">${t('There is no source code in this folder.')}</p>` : nothing}`;
}

function outcomeView(outcome: CalibrationOutcome, width: number): TemplateResult {
  const { folder, files } = outcome;
  const tokens = count(outcome.tokens);
  return html`<p>
      ${files === 1 ? t('{0}: {1} tokens from 1 file', folder, tokens) : t('{0}: {1} tokens from {2} files', folder, tokens, files)}
    </p>
    ${curves(outcome, width)}`;
}
