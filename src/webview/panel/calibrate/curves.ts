import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { CalibrationOutcome, CurvePoint } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import { linearScale, rootScale, type Scale } from '../measure/scale.js';
import { density, nats, plain } from '../../shared/words/numbers.js';

const margin = { left: 46, right: 10, top: 10, bottom: 30 };
const height = 170;

/** Mean change of the loss over the densities both curves have: -0.2 is a fifth less. Null when they share none. */
export function meanChange(before: readonly CurvePoint[], after: readonly CurvePoint[]): number | null {
  const changes = before.flatMap((point) => {
    const same = after.find((other) => other.density === point.density);
    return same && point.kl > 0 ? [same.kl / point.kl - 1] : [];
  });
  return changes.length === 0 ? null : changes.reduce((sum, change) => sum + change, 0) / changes.length;
}

/** Loss over density, before and after. */
export function curves({ before, after }: CalibrationOutcome, width: number): TemplateResult {
  const all = [...before, ...after];
  const densities = all.map((point) => point.density);
  const x = linearScale(
    Math.min(...densities, 1),
    Math.max(...densities, 0),
    margin.left,
    width - margin.right,
    5,
  );
  const y = rootScale(Math.max(...all.map(({ kl }) => kl), 0), height - margin.bottom, margin.top);
  const change = meanChange(before, after);
  const words =
    change === null
      ? t('No density was measured both before and after.')
      : change < 0
        ? t('At the same density it loses {0}% less on average.', Math.round(-change * 100))
        : t(
            'At the same density it loses {0}% more on average: the profile before was better.',
            Math.round(change * 100),
          );
  return html`<svg
      class="curves"
      role="img"
      aria-label=${describe(before, after)}
      width=${width}
      height=${height}
    >
      ${axes(x, y, width)} ${line(before, x, y, 'before')} ${line(after, x, y, 'after')}
    </svg>
    <ul class="legend">
      <li class="legend-before">${t('before')}</li>
      <li class="legend-after">${t('after')}</li>
    </ul>
    <p>${words}</p>`;
}

function describe(before: readonly CurvePoint[], after: readonly CurvePoint[]): string {
  const list = (curve: readonly CurvePoint[]) =>
    curve.map((point) => `${density(point.density)}: ${nats(point.kl)}`).join(', ');
  return t('Loss by density. Before: {0}. After: {1}.', list(before), list(after));
}

function axes(x: Scale, y: Scale, width: number): SVGTemplateResult {
  const bottom = height - margin.bottom;
  return svg`<g class="axes">
    ${y.ticks.map(
      (
        tick,
      ) => svg`<line x1=${margin.left} x2=${width - margin.right} y1=${y.toPixel(tick)} y2=${y.toPixel(tick)} />
      <text x=${margin.left - 6} y=${y.toPixel(tick) + 3} text-anchor="end">${plain(tick)}</text>`,
    )}
    ${x.ticks.map((tick) => svg`<text x=${x.toPixel(tick)} y=${bottom + 14} text-anchor="middle">${density(tick)}</text>`)}
    <text class="axis-name" x=${width - margin.right} y=${margin.top - 4} text-anchor="end">${t('nats lost')}</text>
    <text class="axis-name" x=${width - margin.right} y=${height - 4} text-anchor="end">${t('density')}</text>
  </g>`;
}

function line(curve: readonly CurvePoint[], x: Scale, y: Scale, kind: 'before' | 'after'): SVGTemplateResult {
  const points = [...curve].sort((left, right) => left.density - right.density);
  const places = points.map((point) => ({ x: x.toPixel(point.density), y: y.toPixel(point.kl) }));
  return svg`<g class="curve ${kind}">
    <polyline points=${places.map((place) => `${place.x},${place.y}`).join(' ')} />
    ${places.map((place) => svg`<circle cx=${place.x} cy=${place.y} r="2.5" />`)}
  </g>`;
}
