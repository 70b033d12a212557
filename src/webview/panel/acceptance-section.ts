import { html, nothing, type TemplateResult } from 'lit';
import type { AcceptanceCounts, AcceptanceStatistics } from '../../contract/index.js';
import { t } from '../shared/l10n.js';
import { button } from './controls/button.js';
import { exportButtons } from './controls/export-buttons.js';
import type { Shown } from './page.js';
import { count, percent } from '../shared/words/numbers.js';
import { day } from '../shared/words/times.js';

/** What became of the suggestions on this machine: shown, taken, kept. */
export function acceptanceSection({ state, actions }: Shown): TemplateResult {
  const { acceptance } = state;
  const languages = Object.entries(acceptance.byLanguage).sort(([, a], [, b]) => b.shown - a.shown);
  return html`<section aria-labelledby="acceptance-title">
    <header>
      <h2 id="acceptance-title">${t('Suggestions taken')}</h2>
      ${
        languages.length === 0
          ? nothing
          : button({
              text: t('Erase'),
              icon: 'trash',
              kind: 'secondary',
              onPress: () => actions.post({ type: 'eraseAcceptance' }),
            })
      }
    </header>
    <p class="meaning quiet">
      ${t('Counted on this machine only, sent nowhere. Kept: of the lines taken, those still there after two minutes.')}
    </p>
    ${
      languages.length === 0
        ? html`<p>${t('No suggestion was shown yet.')}</p>`
        : html`${table(languages, acceptance)} ${exportButtons('acceptance', actions)}`
    }
  </section>`;
}

type LanguageCounts = readonly [string, AcceptanceCounts];

function table(languages: readonly LanguageCounts[], { since }: AcceptanceStatistics): TemplateResult {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t('Counts by language')}>
      <table class="acceptance">
        <thead>
          <tr>
            <th scope="col">${t('Language')}</th>
            <th scope="col">${t('shown')}</th>
            <th scope="col">${t('taken')}</th>
            <th scope="col">${t('in part')}</th>
            <th scope="col">${t('characters')}</th>
            <th scope="col">${t('kept')}</th>
          </tr>
        </thead>
        <tbody>
          ${languages.map(row)}
        </tbody>
      </table>
    </div>
    <p class="quiet">${t('Since {0}.', day(since))}</p>`;
}

function row([language, counts]: LanguageCounts): TemplateResult {
  return html`<tr>
    <th scope="row">${language}</th>
    <td>${count(counts.shown)}</td>
    <td>${withShare(counts.accepted, counts.shown)}</td>
    <td>${withShare(counts.partlyAccepted, counts.shown)}</td>
    <td>${count(counts.characters)}</td>
    <td>${counts.judged === 0 ? '–' : percent(counts.keptSum / counts.judged)}</td>
  </tr>`;
}

const withShare = (part: number, whole: number): string =>
  whole === 0 ? count(part) : `${count(part)} (${percent(part / whole)})`;
