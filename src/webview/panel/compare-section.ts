import { html, nothing, type TemplateResult } from 'lit';
import {
  modes,
  selectorIds,
  type ComparedSide,
  type Comparison,
  type CompareSetting,
  type SelectorChoice,
} from '../../contract/index.js';
import { reason, t } from '../shared/l10n.js';
import { button } from './controls/button.js';
import { exportButtons } from './controls/export-buttons.js';
import { select } from './controls/select.js';
import { slider } from './controls/slider.js';
import { taskView } from './controls/task.js';
import type { Shown } from './page.js';
import { modeName } from '../shared/words/modes.js';
import { density, duration, speed } from '../shared/words/numbers.js';
import { selectorName } from '../shared/words/selectors.js';

/** The completion at the cursor in two settings, side by side. */
export function compareSection({ state, kept, actions }: Shown): TemplateResult {
  const task = state.tasks.compare;
  return html`<section aria-labelledby="compare-title" class="wide">
    <header>
      <h2 id="compare-title">${t('Compare at the cursor')}</h2>
      ${
        state.engine.kind === 'ready' && task.kind !== 'running'
          ? button({
              text: t('Compare'),
              icon: 'split-horizontal',
              onPress: () => actions.post({ type: 'compare', left: kept.left, right: kept.right }),
            })
          : nothing
      }
    </header>
    <div class="sides">
      ${settingView(t('Left'), kept.left, (setting) => actions.setCompared('left', setting))}
      ${settingView(t('Right'), kept.right, (setting) => actions.setCompared('right', setting))}
    </div>
    ${taskView(task, t('Comparing'), () => actions.post({ type: 'cancel', task: 'compare' }))}
    ${
      state.comparison === null
        ? html`<p class="quiet">${t('Put the cursor where a completion is wanted, then compare.')}</p>`
        : comparisonView(state.comparison)
    }
    ${state.comparison === null ? nothing : exportButtons('comparison', actions)}
  </section>`;
}

const selectorChoices: readonly SelectorChoice[] = ['auto', ...selectorIds];

function settingView(
  side: string,
  setting: CompareSetting,
  onChange: (setting: CompareSetting) => void,
): TemplateResult {
  const sparse = setting.mode !== 'dense';
  return html`<div class="side" role="group" aria-label=${side}>
    ${select({
      label: t('{0}: mode', side),
      value: setting.mode,
      options: modes.map((mode) => ({ value: mode, label: modeName(mode) })),
      onPick: (mode) => onChange({ ...setting, mode }),
    })}
    ${
      sparse
        ? html`${select({
            label: t('{0}: selector', side),
            value: setting.selector,
            options: selectorChoices.map((value) => ({ value, label: selectorName(value) })),
            onPick: (selector) => onChange({ ...setting, selector }),
          })}
          ${slider({
            label: t('{0}: density', side),
            value: setting.density,
            minimum: 0.05,
            maximum: 1,
            step: 0.05,
            textOf: density,
            onSet: (value) => onChange({ ...setting, density: Math.round(value * 100) / 100 }),
          })}`
        : nothing
    }
  </div>`;
}

function comparisonView(comparison: Comparison): TemplateResult {
  const differs = [...comparison.left.pieces, ...comparison.right.pieces].some((piece) => piece.differs);
  return html`<p class="quiet">
      ${t('{0}, line {1}. Medians of {2} interleaved runs.', comparison.path, comparison.line, comparison.runs)}
      ${differs ? nothing : t('Both sides wrote the same tokens.')}
    </p>
    <div class="sides">
      ${sideView(t('Left'), comparison.left)} ${sideView(t('Right'), comparison.right)}
    </div>`;
}

const onOneLine = (fact: string): string => fact.replaceAll(' ', '\u00a0');

const facts = ({ firstTokenMs, tokens, tokensPerSecond, density: kept }: ComparedSide): readonly string[] => [
  t('first token {0}', duration(firstTokenMs)),
  t('{0} tokens', tokens),
  speed(tokensPerSecond),
  t('density {0}', density(kept)),
];

function sideView(name: string, side: ComparedSide): TemplateResult {
  const { mode, selector } = side.setting;
  const title =
    mode === 'dense'
      ? modeName(mode)
      : `${modeName(mode)}, ${selectorName(selector)}, ${density(side.setting.density)}`;
  const text = side.pieces.map((piece) => (piece.differs ? html`<mark>${piece.text}</mark>` : piece.text));
  return html`<figure class="side">
    <figcaption><span class="visually-hidden">${name}: </span>${title}</figcaption>
    <pre tabindex="0" role="region" aria-label=${t('{0}: {1}', name, title)}>
${side.tokens === 0 ? t('(no text)') : text}</pre>
    <p>
      <strong>${duration(side.totalMs)}</strong>
      <span class="quiet">${facts(side).map(onOneLine).join(' · ')}</span>
    </p>
    ${side.off === null ? nothing : html`<p class="warning">${t('Ran dense: {0}', reason(side.off))}</p>`}
  </figure>`;
}
