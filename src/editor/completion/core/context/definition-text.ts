import { indentWidth, isBlank, type LineSource } from '../text.js';

const mostLines = 16;
const closer = /^\s*[)}\]]/;
const opener = /[{([]\s*$/;

/** The last line that is further in than `first`, or the line that closes what `first` opened. */
function endByIndentation(lines: LineSource, first: number): number {
  const base = indentWidth(lines.lineAt(first));
  for (let line = first + 1; line < Math.min(lines.lineCount, first + mostLines); line += 1) {
    const text = lines.lineAt(line);
    if (isBlank(text) || indentWidth(text) > base) continue;
    if (!closer.test(text)) return line - 1;
    if (!opener.test(text)) return line;
  }
  return lines.lineCount - 1;
}

/**
 * The lines of a definition, at most 16. Some language servers tell where the name stands and not where the definition ends:
 * then it goes on as its indentation says.
 * @param first first line, counted from 0
 * @param last last line of the range that is known
 */
export function definitionText(lines: LineSource, first: number, last: number): string {
  const end = last > first ? last : endByIndentation(lines, first);
  const count = Math.max(1, Math.min(end, lines.lineCount - 1, first + mostLines - 1) - first + 1);
  return Array.from({ length: count }, (_, index) => lines.lineAt(first + index))
    .join('\n')
    .trimEnd();
}
