import { wordsOf, type ChecksPoint, type ChecksReport } from './checks.js';
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
  { title: 'mode/drafter', of: ({ variant }) => variant },
  { title: 'to stock', of: fixed(2, ({ stockRatio }) => stockRatio) },
  { title: 'to Dense', of: fixed(2, ({ ratio }) => ratio) },
  { title: 'spread', of: fixed(2, ({ ratioSpread }) => ratioSpread) },
  { title: 'predicted', of: fixed(2, ({ predictedRatio }) => predictedRatio) },
  {
    title: 'error',
    of: ({ predictionError }) => `${predictionError < 0 ? '' : '+'}${(100 * predictionError).toFixed(0)}%`,
  },
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

const checkColumns: readonly [string, (point: ChecksPoint) => string][] = [
  ['checks', ({ policy }) => wordsOf(policy)],
  ['per 100 tokens', ({ checksPer100 }) => checksPer100.toFixed(1)],
  ['rolled back', ({ rollbacksPer100 }) => rollbacksPer100.toFixed(1)],
  ['drafted', ({ draftedPer100 }) => draftedPer100.toFixed(0)],
  ['agreement', ({ agreement }) => agreement.toFixed(3)],
];

/** Agreement against checks, a line a policy. */
export const checksTable = ({ points }: ChecksReport): string =>
  aligned([
    checkColumns.map(([title]) => title),
    ...points.map((point) => checkColumns.map(([, of]) => of(point))),
  ]).join('\n');

function aligned(cells: readonly (readonly string[])[]): string[] {
  const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((line) => (line[i] ?? '').length)));
  return cells.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Rows as aligned columns, under their titles. */
export const rowsTable = (rows: readonly PredictedRow[]): string =>
  aligned([columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ of }) => of(row)))]).join(
    '\n',
  );

/** The report as aligned columns, then the costs it was measured with, then why something was off. */
export function table({ rows, costs }: CorrectionBench): string {
  const verify = Object.entries(costs.verify).map(([n, ratio]) => `v(${n}) ${ratio.toFixed(2)}`);
  const sparse = costs.sparse === null ? 'c not measured' : `c ${costs.sparse.toFixed(2)}`;
  const reasons = [...new Set(rows.flatMap(({ off }) => (off === undefined ? [] : [off])))];
  return [rowsTable(rows), '', `costs in dense steps: ${sparse}, ${verify.join(', ')}`, ...reasons].join(
    '\n',
  );
}
