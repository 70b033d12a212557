import type * as vscode from 'vscode';

const severities = ['error', 'warning', 'information', 'hint'];

/** Diagnostics as a model reads them, one a line, worst first; those that touch `range` only, when there is one. */
export function problemLines(
  diagnostics: readonly vscode.Diagnostic[],
  range: vscode.Range | undefined,
): string {
  return diagnostics
    .filter((diagnostic) => !range || range.intersection(diagnostic.range) !== undefined)
    .toSorted((a, b) => a.severity - b.severity || a.range.start.line - b.range.start.line)
    .map((diagnostic) => {
      const source = diagnostic.source ? ` (${diagnostic.source})` : '';
      return `line ${diagnostic.range.start.line + 1}: ${severities[diagnostic.severity] ?? 'error'}: ${diagnostic.message}${source}`;
    })
    .join('\n');
}
