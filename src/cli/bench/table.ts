import type { BenchReport, BenchRow } from '../../contract/index.js';
import { hardlyLossyWords } from './agreement.js';

type Column = readonly [title: string, value: (row: BenchRow) => string];

const columns: readonly Column[] = [
  ['selector', ({ selector, variant }) => (variant === undefined ? selector : `${selector} (${variant})`)],
  ['form', ({ form }) => form],
  ['density', ({ density }) => density.toFixed(2)],
  ['tok/s', ({ tokensPerSecond }) => tokensPerSecond.toFixed(1)],
  ['to stock', ({ stockRatio = 0 }) => stockRatio.toFixed(2)],
  ['to Dense', ({ ratio }) => ratio.toFixed(2)],
  ['spread', ({ ratioSpread }) => ratioSpread.toFixed(2)],
  ['MB/tok', ({ bytesPerToken }) => (bytesPerToken / 1e6).toFixed(1)],
  ['of ceiling', ({ ceilingShare }) => `${Math.round(ceilingShare * 100)}%`],
  ['KL', ({ kl }) => kl.toFixed(4)],
  ['top-1', ({ top1 }) => top1.toFixed(3)],
  ['perplexity', ({ perplexity }) => perplexity.toFixed(2)],
  ['extra MB', ({ extraMemoryBytes }) => (extraMemoryBytes / 1e6).toFixed(0)],
  ['off', ({ off }) => off ?? ''],
];

/** A report as a table in plain text ("of ceiling" is the speed reached of what the bytes alone promise): one line a row, under the dense line; below it what could not run, and what to use. */
export function benchTable(report: BenchReport): string {
  const { model, threads, dense, stock, rows, refused = [] } = report;
  const cells = [
    columns.map(([title]) => title),
    ...rows.map((row) => columns.map(([, value]) => value(row))),
  ];
  const widths = columns.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) =>
    line.map((cell, column) =>
      column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    ),
  );
  const speed = dense.tokensPerSecond > 0 ? ` ${dense.tokensPerSecond.toFixed(1)} tokens/s` : '';
  const perplexity = dense.perplexity === undefined ? '' : `, perplexity ${dense.perplexity.toFixed(2)}`;
  return [
    `${model}, ${threads} threads, Dense${speed}${overStock(dense.tokensPerSecond, stock?.tokensPerSecond)}${perplexity}`,
    '',
    ...lines.map((line) => line.join('  ').trimEnd()),
    '',
    ...refused.map(({ selector, reason }) => `${selector} does not run: ${reason}`),
    hardlyLossyWords(report),
  ].join('\n');
}

/** How Dense compares with upstream's own decoding, where both were timed. */
const overStock = (dense: number, stock = 0): string =>
  stock > 0 ? ` (stock llama.cpp ${stock.toFixed(1)}: ${(dense / stock).toFixed(2)} times as fast)` : '';
