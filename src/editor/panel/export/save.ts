import * as vscode from 'vscode';
import type { ExportFormat, PanelExport } from '../../../contract/index.js';
import { saveText } from '../../save-text.js';
import type { Desk } from '../desk.js';
import { toCsv, type CsvTable } from './csv.js';
import { acceptanceTable, calibrationTable, comparisonTable, liveTable, measurementTable } from './tables.js';

interface Exported {
  readonly value: object;
  readonly table: CsvTable;
}

function exported(desk: Desk, what: PanelExport): Exported | null {
  const { measurement, calibration, comparison } = desk.results;
  switch (what) {
    case 'measurement':
      return measurement && { value: measurement, table: measurementTable(measurement) };
    case 'calibration':
      return calibration && { value: calibration, table: calibrationTable(calibration) };
    case 'comparison':
      return comparison && { value: comparison, table: comparisonTable(comparison) };
    case 'acceptance': {
      const { statistics } = desk.acceptance;
      return Object.keys(statistics.byLanguage).length === 0
        ? null
        : { value: statistics, table: acceptanceTable(statistics) };
    }
    case 'live': {
      const { samples } = desk.history;
      return samples.length === 0 ? null : { value: { samples }, table: liveTable(samples) };
    }
  }
}

/** The file's text; null when there is nothing to export yet. */
export function exportText(desk: Desk, what: PanelExport, format: ExportFormat): string | null {
  const found = exported(desk, what);
  if (found === null) return null;
  return format === 'json' ? `${JSON.stringify(found.value, null, 2)}\n` : toCsv(found.table);
}

/** Asks where to save and writes the file. @returns what to tell the user, or null when they cancelled */
export async function saveExport(
  desk: Desk,
  what: PanelExport,
  format: ExportFormat,
): Promise<string | null> {
  const text = exportText(desk, what, format);
  if (text === null) return vscode.l10n.t('There is nothing to export yet.');
  const name = `sparse-pilot-${what}.${format}`;
  const target = await saveText(name, { [format.toUpperCase()]: [format] }, text);
  if (target === undefined) return null;
  return vscode.l10n.t('Exported to {0}', vscode.workspace.asRelativePath(target));
}
