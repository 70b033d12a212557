/** Lines of a document without their line ends; `\r\n` and `\n` look the same. */
export interface LineSource {
  readonly lineCount: number;
  lineAt(line: number): string;
}

/** A place between two UTF-16 units, both counted from 0. */
export interface Cursor {
  readonly line: number;
  readonly character: number;
}

/** A document held as one text, for the command line and for tests. */
export function linesOf(text: string): LineSource {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  return { lineCount: lines.length, lineAt: (line) => lines[line] ?? '' };
}

/** The nearest place that exists in the document and does not cut a surrogate pair. */
export function clampCursor(lines: LineSource, cursor: Cursor): Cursor {
  const line = Math.min(Math.max(0, Math.trunc(cursor.line) || 0), Math.max(0, lines.lineCount - 1));
  const text = lines.lineAt(line);
  const character = Math.min(Math.max(0, Math.trunc(cursor.character) || 0), text.length);
  return { line, character: outsidePair(text, character) };
}

/** `offset`, or the place before it where it would cut a surrogate pair. */
export function outsidePair(text: string, offset: number): number {
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  const cuts = before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
  return cuts ? offset - 1 : offset;
}

/** The blanks a line begins with. */
export const indentOf = (line: string): string => /^[\t ]*/.exec(line)?.[0] ?? '';

/** The width of an indentation in columns; a tab counts as `tabSize` (default 4). */
export function indentWidth(line: string, tabSize = 4): number {
  let width = 0;
  for (const character of indentOf(line)) width += character === '\t' ? tabSize - (width % tabSize) : 1;
  return width;
}

export const isBlank = (line: string): boolean => line.trim() === '';
