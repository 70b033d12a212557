import { wordsOf, type ChecksPoint, type ChecksReport } from './checks.js';

const width = 720;
const height = 440;
const margin = { left: 64, right: 190, top: 40, bottom: 56 };
const colours = { fixed: '#4269d0', risk: '#ff725c' } as const;
const legends = { fixed: 'every n tokens (Sirius)', risk: 'when risk has built up' } as const;

type Kind = keyof typeof colours;

/** Agreement against checks as an SVG: one line a kind of policy, one point a setting; up and to the left is better. */
export function checksPlot({ model, sparsity, points }: ChecksReport): string {
  const most = Math.max(10, ...points.map(({ checksPer100 }) => checksPer100));
  const least = Math.min(...points.map(({ agreement }) => agreement));
  const bottom = Math.floor(least * 50) / 50;
  const x = (checks: number): number => margin.left + (checks / most) * (width - margin.left - margin.right);
  const y = (agreement: number): number =>
    height -
    margin.bottom -
    ((agreement - bottom) / (1.001 - bottom)) * (height - margin.top - margin.bottom);
  const xTicks = Array.from({ length: Math.floor(most / 5) + 1 }, (_, i) => i * 5);
  const yTicks = Array.from({ length: Math.round((1 - bottom) / 0.02) + 1 }, (_, i) => bottom + i * 0.02);
  const title = `${model}, ${sparsity.selector} at ${String(sparsity.density)}: agreement with dense against checks`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" font-family="sans-serif" font-size="12">`,
    `<rect width="${String(width)}" height="${String(height)}" fill="white"/>`,
    text(margin.left, 24, title, 'start'),
    ...xTicks.map((tick) => text(x(tick), height - margin.bottom + 18, String(tick), 'middle')),
    ...yTicks.map((tick) => gridLine(y(tick), tick)),
    text((margin.left + width - margin.right) / 2, height - 12, 'dense checks for 100 tokens', 'middle'),
    `<g transform="translate(16 ${String(height / 2)}) rotate(-90)">${text(0, 0, 'share of tokens that are the first choice of dense', 'middle')}</g>`,
    ...(['fixed', 'risk'] as const).map((kind, row) => series(kind, row, points, x, y)),
    '</svg>',
    '',
  ].join('\n');
}

function series(
  kind: Kind,
  row: number,
  points: readonly ChecksPoint[],
  x: (checks: number) => number,
  y: (agreement: number) => number,
): string {
  const own = points
    .filter(({ policy }) => policy.kind === kind)
    .sort((a, b) => a.checksPer100 - b.checksPer100)
    .map((point) => ({
      at: [x(point.checksPer100).toFixed(1), y(point.agreement).toFixed(1)] as const,
      words: wordsOf(point.policy),
    }));
  const colour = colours[kind];
  const marks = own.map(
    ({ at: [cx, cy], words }) =>
      `<circle cx="${cx}" cy="${cy}" r="4" fill="${colour}"><title>${escapeXml(words)}</title></circle>`,
  );
  const legendY = margin.top + 16 + row * 20;
  const key = `<circle cx="${String(width - margin.right + 16)}" cy="${String(legendY)}" r="4" fill="${colour}"/>`;
  const line = `<polyline points="${own.map(({ at }) => at.join(',')).join(' ')}" fill="none" stroke="${colour}"/>`;
  return `${line}${marks.join('')}${key}${text(width - margin.right + 28, legendY + 4, legends[kind], 'start')}`;
}

function gridLine(y: number, tick: number): string {
  const rule = `<line x1="${String(margin.left)}" x2="${String(width - margin.right)}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}" stroke="#ddd"/>`;
  return `${rule}${text(margin.left - 8, y + 4, tick.toFixed(2), 'end')}`;
}

const text = (x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escapeXml(words)}</text>`;

const escapeXml = (words: string): string =>
  words.replace(/[&<>"]/g, (character) => `&#${String(character.charCodeAt(0))};`);
