import { html, type TemplateResult } from 'lit';
import type { MeasuredPoint, Measurement } from '../../../contract/index.js';
import { reason, t } from '../../shared/l10n.js';
import { button } from '../controls/button.js';
import { bytes, density, plain, rate, ratio, smallPercent } from '../../shared/words/numbers.js';
import { selectorName } from '../../shared/words/selectors.js';

/** Every measured point in numbers, fastest first: what the plot shows, for those who read rather than look. */
export function pointsTable(measurement: Measurement, onUse: (pointId: string) => void): TemplateResult {
  const rows = [...measurement.points].sort((left, right) => right.tokensPerSecond - left.tokensPerSecond);
  return html`<details id="all-points">
    <summary>${t('All {0} points in numbers', rows.length)}</summary>
    <div class="scroll" tabindex="0" role="region" aria-label=${t('Measured points')}>
      <table>
        <thead>
          <tr>
            <th scope="col">${t('Selector')}</th>
            <th scope="col">${t('Density')}</th>
            <th scope="col">${t('tokens/s')}</th>
            <th scope="col">${t('of Dense')}</th>
            <th scope="col">${t('KL, nats')}</th>
            <th scope="col">${t('differ')}</th>
            <th scope="col">${t('read a token')}</th>
            <th scope="col">${t('more memory')}</th>
            <th scope="col">${t('Use')}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map((point) => row(point, onUse))}
        </tbody>
      </table>
    </div>
  </details>`;
}

function row(point: MeasuredPoint, onUse: (pointId: string) => void): TemplateResult {
  return html`<tr>
    <th scope="row">${selectorName(point.selector)}</th>
    <td>${density(point.density)}</td>
    <td>${rate(point.tokensPerSecond)}</td>
    <td>${ratio(point.ratio)} ± ${plain(point.ratioSpread / 2)}</td>
    <td>${plain(point.kl)}</td>
    <td>${smallPercent(1 - point.top1)}</td>
    <td>${bytes(point.bytesPerToken)}</td>
    <td>${bytes(point.extraMemoryBytes)}</td>
    <td>
      ${
        point.off === null
          ? button({ text: t('Use'), kind: 'secondary', onPress: () => onUse(point.id) })
          : html`<span class="quiet">${t('off: {0}', reason(point.off))}</span>`
      }
    </td>
  </tr>`;
}
