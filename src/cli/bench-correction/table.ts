import type { CorrectionBench, PredictedRow } from './bench.js';

interface Column {
  readonly title: string;
  readonly of: (row: PredictedRow) => string;
}

const fixed = (digits: number, of: (row: PredictedRow) => number): ((row: PredictedRow) => string) => {
  return (row) => of(row).toFixed(digits);
};

const columns: readonly Column[] = [
  { title: 'workload', of: ({ workload }) => workload },
  { title: 'mode', of: ({ mode }) => mode },
  { title: 'drafter', of: ({ drafter }) => drafter },
  { title: 'ratio', of: fixed(2, ({ ratio }) => ratio) },
  { title: 'spread', of: fixed(2, ({ ratioSpread }) => ratioSpread) },
  { title: 'predicted', of: fixed(2, ({ predictedRatio }) => predictedRatio) },
  { title: 'GPU v16=1.3', of: fixed(2, ({ gpuRatio }) => gpuRatio.v1_3) },
  { title: 'GPU v16=2', of: fixed(2, ({ gpuRatio }) => gpuRatio.v2) },
  { title: 'agreement', of: fixed(3, ({ agreement }) => agreement) },
  { title: 'AAL', of: fixed(2, ({ aal }) => aal) },
  { title: 'EPD', of: fixed(2, ({ epd }) => epd) },
  { title: 'drafted', of: fixed(0, ({ drafted }) => drafted) },
  { title: 'accepted', of: fixed(0, ({ accepted }) => accepted) },
  { title: 'verifies', of: fixed(0, ({ verifies }) => verifies) },
  { title: 'rollbacks', of: fixed(0, ({ rollbacks }) => rollbacks) },
];

/** The report as aligned columns, then the costs it was measured with, then why something was off. */
export function table({ rows, costs }: CorrectionBench): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ of }) => of(row)))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => (line[i] ?? '').length)));
  const lines = cells.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const verify = Object.entries(costs.verify).map(([n, ratio]) => `v(${n}) ${ratio.toFixed(2)}`);
  const sparse = costs.sparse === null ? 'c not measured' : `c ${costs.sparse.toFixed(2)}`;
  const reasons = [...new Set(rows.flatMap(({ off }) => (off === undefined ? [] : [off])))];
  return [...lines, '', `costs in dense steps: ${sparse}, ${verify.join(', ')}`, ...reasons].join('\n');
}
