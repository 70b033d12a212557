import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toCsv, type CsvTable } from '../../../src/editor/panel/export/csv.js';
import {
  acceptanceTable,
  calibrationTable,
  comparisonTable,
  liveTable,
  measurementTable,
} from '../../../src/editor/panel/export/tables.js';
import { full, liveSamples, measurement } from '../../ui/panel/states.js';

/** A reader of RFC 4180, written apart from the writer. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? '';
    if (quoted && character === '"' && text[index + 1] === '"') {
      cell += '"';
      index++;
    } else if (character === '"') quoted = !quoted;
    else if (!quoted && character === ',') {
      row.push(cell);
      cell = '';
    } else if (!quoted && character === '\r' && text[index + 1] === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
      index++;
    } else cell += character;
  }
  return rows;
}

const wellFormed = ({ columns, rows }: CsvTable) => {
  assert.equal(new Set(columns).size, columns.length, 'column names are unique');
  for (const row of rows) assert.equal(row.length, columns.length);
};

describe('export', () => {
  it('reads back as it was written, whatever the texts hold', () => {
    const texts = fc.array(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 2 }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(texts, (rows) => {
        const read = parseCsv(toCsv({ columns: ['a', 'b'], rows }));
        const harmless = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
        assert.deepEqual(read, [['a', 'b'], ...rows.map((row) => row.map(harmless))]);
      }),
    );
  });

  it('defuses what a spreadsheet would run', () => {
    const text = toCsv({ columns: ['text'], rows: [['=HYPERLINK("http://x")'], [-1.5]] });
    assert.equal(text, 'text\r\n"\'=HYPERLINK(""http://x"")"\r\n-1.5\r\n');
  });

  it('has a row a measured point and one for dense', () => {
    const table = measurementTable(measurement);
    wellFormed(table);
    assert.equal(table.rows.length, measurement.points.length + 1);
    assert.equal(table.rows[0]?.[table.columns.indexOf('selector')], 'none');
    assert.equal(table.rows[0]?.[table.columns.indexOf('stockRatio')], 41.2 / 28.4);
    const { stockTokensPerSecond: _none, ...older } = measurement;
    assert.equal(measurementTable(older).rows[0]?.[table.columns.indexOf('stockRatio')], null);
  });

  it('gives every layer a column', () => {
    const samples = liveSamples(1_000_000).slice(0, 3);
    const table = liveTable(samples);
    wellFormed(table);
    assert.ok(table.columns.includes('layer29'));
    assert.equal(table.rows.length, 3);
    wellFormed(liveTable([]));
  });

  it('puts the curves side by side', () => {
    assert.ok(full.calibration);
    const table = calibrationTable({ ...full.calibration, after: full.calibration.after.slice(1) });
    wellFormed(table);
    assert.deepEqual(table.rows[0]?.[2], null, 'a density measured on one side only is left empty');
  });

  it('keeps both texts of a comparison', () => {
    assert.ok(full.comparison);
    const table = comparisonTable(full.comparison);
    wellFormed(table);
    assert.equal(table.rows[1]?.at(-1), '    return sum(values) / len(values)\n');
  });

  it('has a row a language of what became of suggestions, the kept share only where something was looked at again', () => {
    const table = acceptanceTable(full.acceptance);
    wellFormed(table);
    const share = table.columns.indexOf('keptShare');
    assert.deepEqual(
      table.rows.map((row) => [row[1], row[share]]),
      [
        ['python', 201.5 / 230],
        ['typescript', null],
      ],
    );
  });
});
