import type { Summary } from './summary.js';

const columns: readonly (readonly [string, (summary: Summary) => string])[] = [
  ['p50 ms', ({ p50 }) => p50.toFixed(0)],
  ['p90 ms', ({ p90 }) => p90.toFixed(0)],
  ['p50 all', ({ p50AllLooks }) => p50AllLooks?.toFixed(0) ?? '-'],
  ['answered', ({ answered, looks }) => `${answered}/${looks}`],
  ['tokens/key', ({ reevaluatedMedian }) => reevaluatedMedian.toFixed(0)],
  ['tokens/request', ({ reevaluatedPerRequest }) => reevaluatedPerRequest.toFixed(0)],
  ['started', ({ started }) => String(started)],
  ['cancelled', ({ cancelled }) => String(cancelled)],
  ['cached', ({ fromTrie }) => String(fromTrie)],
  ['free after ms', ({ busyAfterCancelMs }) => busyAfterCancelMs.toFixed(0)],
  ['as dense', ({ agreesWithDense }) => agreesWithDense?.toFixed(3) ?? '-'],
  ['exact', ({ exactMatch }) => exactMatch.toFixed(3)],
  ['similar', ({ editSimilarity }) => editSimilarity.toFixed(3)],
  ['saved', ({ charactersSaved }) => String(charactersSaved)],
  ['flicker', ({ flicker, shown }) => `${flicker}/${shown}`],
];

/** The contestants side by side, a row each. */
export function table(rows: Readonly<Record<string, Summary>>): string {
  const cells = [
    ['', ...columns.map(([title]) => title)],
    ...Object.entries(rows).map(([name, summary]) => [name, ...columns.map(([, show]) => show(summary))]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  return cells
    .map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '))
    .join('\n');
}
