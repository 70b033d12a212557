import type { BenchReport, BenchRow } from '../../contract/index.js';

type Column = readonly [title: string, value: (row: BenchRow) => string];

const columns: readonly Column[] = [
  ['selector', ({ selector }) => selector],
  ['form', ({ form }) => form],
  ['density', ({ density }) => density.toFixed(2)],
  ['tok/s', ({ tokensPerSecond }) => tokensPerSecond.toFixed(1)],
  ['ratio', ({ ratio }) => ratio.toFixed(2)],
  ['spread', ({ ratioSpread }) => ratioSpread.toFixed(2)],
  ['MB/tok', ({ bytesPerToken }) => (bytesPerToken / 1e6).toFixed(1)],
  ['of ceiling', ({ ceilingShare }) => `${Math.round(ceilingShare * 100)}%`],
  ['KL', ({ kl }) => kl.toFixed(4)],
  ['top-1', ({ top1 }) => top1.toFixed(3)],
  ['perplexity', ({ perplexity }) => perplexity.toFixed(2)],
  ['extra MB', ({ extraMemoryBytes }) => (extraMemoryBytes / 1e6).toFixed(0)],
  ['off', ({ off }) => off ?? ''],
];

/** A report as a table in plain text: one line a row, under the dense line. */
export function benchTable({ model, threads, dense, rows }: BenchReport): string {
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
  const head = `${model}, ${threads} threads, dense ${dense.tokensPerSecond.toFixed(1)} tokens/s`;
  return [head, '', ...lines.map((line) => line.join('  ').trimEnd())].join('\n');
}
