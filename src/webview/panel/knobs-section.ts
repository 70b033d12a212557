import { html, nothing, type TemplateResult } from 'lit';
import {
  correctionStrengths,
  leastGain,
  modes,
  selectorIds,
  type KnobChange,
  type PanelState,
  type SelectorAvailability,
  type SelectorChoice,
} from '../../contract/index.js';
import { reason, t } from '../shared/l10n.js';
import { button } from './controls/button.js';
import { select } from './controls/select.js';
import { slider } from './controls/slider.js';
import type { Shown } from './page.js';
import { modeMeaning, modeName, strengthMeaning, strengthName } from '../shared/words/modes.js';
import { density, ratio } from '../shared/words/numbers.js';
import { selectorMeaning, selectorName } from '../shared/words/selectors.js';

const row = (label: string, control: TemplateResult, meaning: string): TemplateResult =>
  html`<div class="knob">
    <span class="label" aria-hidden="true">${label}</span>${control}
    <p class="meaning quiet">${meaning}</p>
  </div>`;

const selectorChoices: readonly SelectorChoice[] = ['auto', ...selectorIds];

function available({ engine }: PanelState): readonly SelectorAvailability[] {
  return engine.kind === 'ready' ? engine.model.selectors : [];
}

const whyNot = (found: SelectorAvailability): string =>
  found.reason === undefined ? t('It does not run on this machine.') : reason(found.reason);

function whyOff(selector: SelectorChoice, known: readonly SelectorAvailability[]): string | null {
  const found = known.find((one) => one.selector === selector);
  if (found === undefined || found.available) return null;
  return whyNot(found);
}

/** Mode, selector, density and correction strength, each with what it means in one line. */
export function knobsSection({ state, actions }: Shown): TemplateResult {
  const { knobs } = state;
  const turn = (change: KnobChange) => actions.post({ type: 'turn', change });
  return html`<section aria-labelledby="knobs-title">
    <header>
      <h2 id="knobs-title">${t('Settings in force')}</h2>
      ${button({
        text: state.profile === null ? t('Choose Profile…') : t('Profile: {0}', state.profile),
        icon: 'settings',
        kind: 'secondary',
        onPress: () => actions.post({ type: 'chooseProfile' }),
      })}
    </header>
    ${row(
      t('Mode'),
      select({
        label: t('Mode'),
        value: knobs.mode,
        options: modes.map((mode) => ({
          value: mode,
          label: modeName(mode),
          description: modeMeaning(mode),
        })),
        onPick: (value) => turn({ knob: 'mode', value }),
      }),
      modeMeaning(knobs.mode),
    )}
    ${selectorKnob(state, turn)} ${densityKnob(state, turn)}
    ${row(
      t('Correction'),
      select({
        label: t('Correction strength'),
        value: knobs.strength,
        options: strengthOptions(knobs.strength),
        onPick: (value) => (value === 'custom' ? undefined : turn({ knob: 'strength', value })),
      }),
      knobs.mode === 'balanced'
        ? strengthMeaning(knobs.strength)
        : t('Only Balanced is steered by it: {0}', strengthMeaning(knobs.strength)),
    )}
    ${offList(available(state))}
  </section>`;
}

function strengthOptions(current: PanelState['knobs']['strength']) {
  const levels = current === 'custom' ? [...correctionStrengths, current] : [...correctionStrengths];
  return levels.map((value) => ({ value, label: strengthName(value), description: strengthMeaning(value) }));
}

function selectorKnob(state: PanelState, turn: (change: KnobChange) => void): TemplateResult {
  const { knobs } = state;
  const known = available(state);
  const meaning =
    knobs.selector === 'auto'
      ? t('{0} Now: {1}.', selectorMeaning('auto'), selectorName(knobs.selectorInForce))
      : selectorMeaning(knobs.selector);
  return row(
    t('Selector'),
    select({
      label: t('Selector'),
      value: knobs.selector,
      options: selectorChoices.map((value) => {
        const off = whyOff(value, known);
        return {
          value,
          label: selectorName(value),
          description: off === null ? selectorMeaning(value) : t('Off here: {0}', off),
          disabled: off !== null,
        };
      }),
      onPick: (value) => turn({ knob: 'selector', value }),
    }),
    meaning,
  );
}

function densityKnob({ knobs }: PanelState, turn: (change: KnobChange) => void): TemplateResult {
  return row(
    t('Density'),
    slider({
      label: t('Density'),
      value: knobs.density,
      minimum: 0.05,
      maximum: 1,
      step: 0.05,
      textOf: density,
      onSet: (value) => turn({ knob: 'density', value: Math.round(value * 100) / 100 }),
    }),
    knobs.hold
      ? t('Where Quality first starts; it moves the density by itself.')
      : t('The part that a sparse pass keeps. Lower is faster and loses more; 1 keeps everything.'),
  );
}

/** What is off on this machine and why. */
function offList(known: readonly SelectorAvailability[]): TemplateResult | typeof nothing {
  const off = known.filter(({ available, measuredRatio = 1 / 0 }) => !available || measuredRatio < leastGain);
  if (off.length === 0) return nothing;
  return html`<details id="off-here">
    <summary>
      ${t('Off on this machine: {0}', off.map(({ selector }) => selectorName(selector)).join(', '))}
    </summary>
    <dl class="off">
      ${off.map(
        (one) =>
          html`<dt>${selectorName(one.selector)}</dt>
            <dd class="quiet">
              ${whyNot(one)}
              ${one.measuredRatio === undefined ? nothing : t('Measured: {0} Dense.', ratio(one.measuredRatio))}
            </dd>`,
      )}
    </dl>
  </details>`;
}
