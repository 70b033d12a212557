import { UsageError } from './usage-error.js';

/** A place in a file: both count from 1, columns in UTF-16 units as editors show them. */
export interface Cursor {
  readonly line: number;
  readonly column: number;
}

/** @throws UsageError on anything but LINE:COLUMN */
export function parseCursor(text: string): Cursor {
  const match = /^(\d{1,9}):(\d{1,9})$/.exec(text);
  const line = Number(match?.[1]);
  const column = Number(match?.[2]);
  if (line >= 1 && column >= 1) return { line, column };
  throw new UsageError(`--at wants LINE:COLUMN, both from 1 (such as 12:5), not "${text}"`);
}

/** A file's text on both sides of a cursor, newlines as \n. */
export interface SplitText {
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * Splits a text at a cursor. A column inside a surrogate pair means before it; CRLF counts as one line end and becomes \n.
 * @throws UsageError for a cursor outside the text
 */
export function splitAtCursor(text: string, { line, column }: Cursor): SplitText {
  const start = lineStart(text, line);
  if (start === null)
    throw new UsageError(`line ${line} is past the end of the file (${countLines(text)} lines)`);
  const end = lineEnd(text, start);
  if (column - 1 > end - start)
    throw new UsageError(`column ${column} is past the end of line ${line} (${end - start} characters)`);
  const offset = beforePair(text, start + column - 1);
  return { prefix: unixNewlines(text.slice(0, offset)), suffix: unixNewlines(text.slice(offset)) };
}

function lineStart(text: string, line: number): number | null {
  let start = 0;
  for (let current = 1; current < line; current++) {
    const newline = text.indexOf('\n', start);
    if (newline < 0) return null;
    start = newline + 1;
  }
  return start;
}

function lineEnd(text: string, start: number): number {
  const newline = text.indexOf('\n', start);
  const end = newline < 0 ? text.length : newline;
  return end > start && text[end - 1] === '\r' ? end - 1 : end;
}

const countLines = (text: string): number => text.split('\n').length;

function beforePair(text: string, offset: number): number {
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  const inPair = before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
  return inPair ? offset - 1 : offset;
}

const unixNewlines = (text: string): string => text.replace(/\r\n?/g, '\n');
