import type { BenchReport, BenchRow, SelectorId } from '../../contract/index.js';

const width = 720;
const height = 460;
const margin = { left: 64, right: 150, top: 40, bottom: 56 };
const colours = [
  '#4269d0',
  '#efb118',
  '#ff725c',
  '#6cc5b0',
  '#3ca951',
  '#ff8ab7',
  '#a463f2',
  '#97bbf5',
  '#9c6b4e',
];

/** Speed against quality lost as an SVG: one line a selector, one point a density; up and to the left is better. */
export function benchPlot({ model, threads, rows }: BenchReport): string {
  const x = logScale(
    rows.map(({ kl }) => kl),
    margin.left,
    width - margin.right,
  );
  const y = linearScale([1, ...rows.map(({ ratio }) => ratio)], height - margin.bottom, margin.top);
  const selectors = [...new Set(rows.map(({ selector }) => selector))];
  const series = selectors.map((selector, index) =>
    line(
      selector,
      rows.filter((row) => row.selector === selector),
      index,
      x.at,
      y.at,
    ),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    text(margin.left, 24, `${model}: decode speed against quality lost (${threads} threads)`, 'start'),
    ...x.ticks.map((tick) => text(x.at(tick), height - margin.bottom + 18, tick.toExponential(0), 'middle')),
    ...y.ticks.map((tick) => gridLine(y.at(tick), tick)),
    text((margin.left + width - margin.right) / 2, height - 12, 'KL divergence from dense, nats', 'middle'),
    `<g transform="translate(16 ${height / 2}) rotate(-90)">${text(0, 0, 'speed, dense = 1', 'middle')}</g>`,
    ...series,
    '</svg>',
  ].join('\n');
}

interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

function logScale(values: readonly number[], low: number, high: number): Scale {
  const exponents = values.filter((value) => value > 0).map(Math.log10);
  const first = Math.floor(Math.min(...exponents, -3));
  const last = Math.ceil(Math.max(...exponents, -1));
  const at = (value: number): number =>
    low + ((Math.max(first, Math.log10(Math.max(value, 1e-12))) - first) / (last - first)) * (high - low);
  return { at, ticks: Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index)) };
}

function linearScale(values: readonly number[], low: number, high: number): Scale {
  const first = Math.floor(Math.min(...values) * 5) / 5;
  const last = Math.ceil(Math.max(...values) * 5) / 5 + 0.2;
  const at = (value: number): number => low + ((value - first) / (last - first)) * (high - low);
  const count = Math.round((last - first) / 0.2);
  return { at, ticks: Array.from({ length: count + 1 }, (_, index) => first + index * 0.2) };
}

function gridLine(y: number, tick: number): string {
  const colour = Math.abs(tick - 1) < 1e-9 ? '#888' : '#ddd';
  const rule = `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y}" y2="${y}" stroke="${colour}"/>`;
  return `${rule}${text(margin.left - 8, y + 4, tick.toFixed(1), 'end')}`;
}

function line(
  selector: SelectorId,
  rows: readonly BenchRow[],
  index: number,
  x: (kl: number) => number,
  y: (ratio: number) => number,
): string {
  const colour = colours[index % colours.length] ?? '#000';
  const points = rows.map(({ kl, ratio }) => `${x(kl).toFixed(1)},${y(ratio).toFixed(1)}`).join(' ');
  const marks = rows.map(
    ({ kl, ratio, density }) =>
      `<circle cx="${x(kl).toFixed(1)}" cy="${y(ratio).toFixed(1)}" r="4" fill="${colour}"><title>${selector}, density ${density}</title></circle>`,
  );
  const legend = text(width - margin.right + 28, margin.top + 20 + index * 20, selector, 'start');
  const key = `<circle cx="${width - margin.right + 16}" cy="${margin.top + 16 + index * 20}" r="4" fill="${colour}"/>`;
  return `<polyline points="${points}" fill="none" stroke="${colour}"/>${marks.join('')}${key}${legend}`;
}

const text = (x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escapeXml(words)}</text>`;

const escapeXml = (words: string): string =>
  words.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
