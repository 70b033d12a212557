import { html, nothing, type TemplateResult } from 'lit';
import type { QualityStatus } from '../../contract/index.js';
import { t } from '../shared/l10n.js';
import { acceptanceSection } from './acceptance-section.js';
import { calibrateSection } from './calibrate-section.js';
import { compareSection } from './compare-section.js';
import { exportButtons } from './controls/export-buttons.js';
import { engineNotice } from './engine-notice.js';
import { knobsSection } from './knobs-section.js';
import { measureSection } from './measure-section.js';
import type { Actions, Page, Shown } from './page.js';
import { qualitySection } from './quality-section.js';

/** From this width on the sections stand in two columns, in CSS pixels; the style sheet has the same number. */
const twoColumns = 720;
const pagePadding = 24;

function columnWidth(width: number): number {
  const inner = width - pagePadding;
  return Math.max(Math.floor(width >= twoColumns ? (inner - 16) / 2 : inner), 240);
}

/** The whole page. `live` is placed as it is: it draws itself. */
export function pageView(
  page: Page,
  live: HTMLElement,
  status: QualityStatus | undefined,
  actions: Actions,
): TemplateResult {
  const { state } = page;
  if (state === null) return html`<p class="notice" role="status">${t('Asking the editor…')}</p>`;
  const shown: Shown = { state, kept: page.kept, columnWidth: columnWidth(page.width), actions };
  return html`<main>
    <h1 class="visually-hidden">${t('Speed and Quality')}</h1>
    ${engineNotice(state.engine, actions)}
    <div class="columns">
      <div class="column">
        ${knobsSection(shown)} ${qualitySection(shown, status)}
        <section aria-labelledby="live-title" class="wide">
          <header><h2 id="live-title">${t('Live, last five minutes')}</h2></header>
          ${live} ${exportButtons('live', actions)}
        </section>
      </div>
      <div class="column">
        ${measureSection(shown)} ${compareSection(shown)} ${calibrateSection(shown)}
        ${acceptanceSection(shown)}
      </div>
    </div>
    ${page.notice === '' ? nothing : html`<p class="said">${page.notice}</p>`}
  </main>`;
}
