import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { KnobValues, MeasuredPoint, Measurement, QualityMetric } from '../../../contract/index.js';
import { reason, t } from '../../shared/l10n.js';
import { metricName, lossText } from '../words/metrics.js';
import { density, plain, ratio, smallPercent, speed } from '../../shared/words/numbers.js';
import { rovingFocus } from '../../shared/roving.js';
import { selectorName } from '../../shared/words/selectors.js';
import { drawMark, marksFor, type Mark } from './marks.js';
import { lossOf, placeInForce } from './place.js';
import { linearScale, rootScale, type Scale } from './scale.js';

export interface Scatter {
  readonly measurement: Measurement;
  readonly knobs: KnobValues;
  readonly metric: QualityMetric;
  /** Width in CSS pixels. */
  readonly width: number;
  readonly onUse: (pointId: string) => void;
}

const moveFocus = rovingFocus('[role=button]');
const margin = { left: 46, right: 14, top: 12, bottom: 34 };

interface Plane {
  readonly x: Scale;
  readonly y: Scale;
  readonly width: number;
  readonly height: number;
}

function planeOf({ measurement, metric, width }: Scatter): Plane {
  const height = Math.round(Math.min(Math.max(width * 0.5, 200), 320));
  const speeds = [
    measurement.denseTokensPerSecond,
    ...measurement.points.map((point) => point.tokensPerSecond),
  ];
  const losses = measurement.points.map((point) => lossOf(metric, point));
  const low = Math.min(...speeds);
  const high = Math.max(...speeds);
  const pad = (high - low || high || 1) * 0.1;
  return {
    x: rootScale(Math.max(...losses, 0) * 1.06, margin.left + 8, width - margin.right),
    y: linearScale(Math.max(low - pad, 0), high + pad, height - margin.bottom, margin.top, height / 50),
    width,
    height,
  };
}

/** One line on a measured point, for its name and tooltip. */
export function pointText(point: MeasuredPoint, metric: QualityMetric): string {
  const place = t(
    '{0} at density {1}: {2} ({3} Dense), loses {4}',
    selectorName(point.selector),
    density(point.density),
    speed(point.tokensPerSecond),
    ratio(point.ratio),
    lossText(metric, lossOf(metric, point)),
  );
  const onFrontier = point.frontier.includes(metric) ? ` ${t('On the frontier.')}` : '';
  return point.off === null
    ? `${place}.${onFrontier}`
    : `${place}. ${t('Off on this machine: {0}', reason(point.off))}`;
}

/** The measured points as speed over loss, with the frontier, dense, and the setting in force. */
export function scatter(input: Scatter): TemplateResult {
  const { measurement, metric, onUse } = input;
  const plane = planeOf(input);
  const marks = marksFor(measurement.points.map(({ selector }) => selector));
  const inOrder = [...measurement.points].sort((left, right) => lossOf(metric, left) - lossOf(metric, right));
  const label = t('Tokens per second against {0}, {1} points', metricName(metric), inOrder.length);
  return html`<svg
      class="scatter"
      role="group"
      aria-label=${label}
      width=${plane.width}
      height=${plane.height}
      @keydown=${moveFocus}
    >
      ${axes(plane, metric)} ${frontierLine(input, plane)} ${denseMark(input, plane)}
      ${inOrder.map((point, index) => pointMark(point, index === 0, plane, metric, marks, onUse))}
      ${hereMark(input, plane)}
    </svg>
    ${legend(marks)}`;
}

function axes({ x, y, width, height }: Plane, metric: QualityMetric): SVGTemplateResult {
  const bottom = height - margin.bottom;
  return svg`<g class="axes" aria-hidden="true">
    ${y.ticks.map(
      (
        tick,
      ) => svg`<line x1=${margin.left} x2=${width - margin.right} y1=${y.toPixel(tick)} y2=${y.toPixel(tick)} />
        <text x=${margin.left - 6} y=${y.toPixel(tick) + 3} text-anchor="end">${tick}</text>`,
    )}
    ${x.ticks.map(
      (tick) => svg`<line x1=${x.toPixel(tick)} x2=${x.toPixel(tick)} y1=${bottom} y2=${bottom + 4} />
        <text x=${x.toPixel(tick)} y=${bottom + 15} text-anchor="middle">${metric === 'kl' ? plain(tick) : smallPercent(tick)}</text>`,
    )}
    <text class="axis-name" x=${margin.left + 4} y=${margin.top + 2}>${t('tokens/s')}</text>
    <text class="axis-name" x=${width - margin.right} y=${height - 4} text-anchor="end">${t('lost: {0}', metric === 'kl' ? t('nats a token') : metricName(metric))}</text>
  </g>`;
}

function frontierLine({ measurement, metric }: Scatter, { x, y }: Plane): SVGTemplateResult {
  const members = measurement.points
    .filter((point) => point.frontier.includes(metric))
    .sort((left, right) => lossOf(metric, left) - lossOf(metric, right));
  const corners = [
    { loss: 0, tokensPerSecond: measurement.denseTokensPerSecond },
    ...members.map((point) => ({ loss: lossOf(metric, point), tokensPerSecond: point.tokensPerSecond })),
  ];
  const points = corners
    .map((corner) => `${x.toPixel(corner.loss)},${y.toPixel(corner.tokensPerSecond)}`)
    .join(' ');
  return svg`<polyline class="frontier" points=${points} aria-hidden="true" />`;
}

function denseMark({ measurement }: Scatter, { x, y }: Plane): SVGTemplateResult {
  const centre = { x: x.toPixel(0), y: y.toPixel(measurement.denseTokensPerSecond) };
  return svg`<g class="dense-mark">
    <title>${t('Dense: {0}', speed(measurement.denseTokensPerSecond))}</title>
    ${drawMark('square', centre.x, centre.y, 4)}
    <text x=${centre.x + 8} y=${centre.y + 14}>${t('Dense')}</text>
  </g>`;
}

function pointMark(
  point: MeasuredPoint,
  first: boolean,
  { x, y }: Plane,
  metric: QualityMetric,
  marks: ReadonlyMap<string, Mark>,
  onUse: Scatter['onUse'],
): SVGTemplateResult {
  const mark = marks.get(point.selector) ?? { shape: 'circle', colour: 0 };
  const centre = { x: x.toPixel(lossOf(metric, point)), y: y.toPixel(point.tokensPerSecond) };
  const name = pointText(point, metric);
  const use = () => {
    if (point.off === null) onUse(point.id);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    use();
  };
  const kind = point.off === null ? (point.frontier.includes(metric) ? 'best' : 'other') : 'off';
  return svg`<g
    class="point ${kind} colour-${mark.colour}"
    role="button"
    tabindex=${first ? 0 : -1}
    aria-label=${name}
    aria-disabled=${point.off === null ? 'false' : 'true'}
    @click=${use}
    @keydown=${onKey}
  >
    <title>${name}</title>
    <circle class="target" cx=${centre.x} cy=${centre.y} r="12" />
    ${drawMark(mark.shape, centre.x, centre.y, kind === 'best' ? 5.5 : 4)}
  </g>`;
}

function hereMark(
  { measurement, knobs, metric }: Scatter,
  { x, y }: Plane,
): SVGTemplateResult | typeof nothing {
  const place = placeInForce(measurement, knobs, metric);
  if (place === null) return nothing;
  const centre = { x: x.toPixel(place.loss), y: y.toPixel(place.tokensPerSecond) };
  // Left of a place at the edge stand the numbers of the axis.
  const atEdge = centre.x < margin.left + 40;
  return svg`<g class="here" aria-hidden="true">
    <circle cx=${centre.x} cy=${centre.y} r="9" />
    <text x=${centre.x + (atEdge ? 12 : -10)} y=${centre.y - 12} text-anchor=${atEdge ? 'start' : 'end'}>${t('now')}</text>
  </g>`;
}

function legend(marks: ReadonlyMap<MeasuredPoint['selector'], Mark>): TemplateResult {
  return html`<ul class="legend">
    ${[...marks].map(
      ([selector, mark]) =>
        html`<li>
          <svg class="point best colour-${mark.colour}" width="14" height="14" aria-hidden="true">
            ${drawMark(mark.shape, 7, 7, 4.5)}</svg
          >${selectorName(selector)}
        </li>`,
    )}
    <li class="legend-frontier">${t('frontier: nothing measured is faster and as good')}</li>
  </ul>`;
}
