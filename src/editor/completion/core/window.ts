import { isBlank, outsidePair, type Cursor, type LineSource } from './text.js';

/** How much text around the cursor is looked at, in characters. */
export interface WindowLimits {
  readonly prefix: number;
  readonly suffix: number;
}

/** The text around a cursor, newlines as `\n`. */
export interface TextWindow {
  readonly prefix: string;
  readonly suffix: string;
  /** The line of the document in which `prefix` begins. */
  readonly firstLine: number;
}

/** Window starts fall on multiples of this many lines, so that they stay put from one keystroke to the next. */
const lineStep = 32;
/** Where one line alone fills the window, it is cut at multiples of this share of the window. */
const stepShare = 0.25;

function firstFittingLine(lines: LineSource, cursor: Cursor, limit: number): number {
  let size = cursor.character;
  let line = cursor.line;
  while (line > 0) {
    size += lines.lineAt(line - 1).length + 1;
    if (size > limit) break;
    line -= 1;
  }
  return line;
}

function stableFirstLine(fitting: number, cursorLine: number): number {
  const aligned = Math.ceil(fitting / lineStep) * lineStep;
  return aligned <= cursorLine ? aligned : fitting;
}

/** `offset`, or the place behind it where it would cut a surrogate pair. */
const pairEnd = (text: string, offset: number) =>
  outsidePair(text, offset) === offset ? offset : offset + 1;

function head(line: string, cursor: Cursor, limit: number): string {
  const over = cursor.character - limit;
  const step = Math.max(1, Math.floor(limit * stepShare));
  const from = over <= 0 ? 0 : Math.ceil(over / step) * step;
  return line.slice(pairEnd(line, Math.min(from, cursor.character)), cursor.character);
}

function textAfter(lines: LineSource, cursor: Cursor, limit: number): string {
  const current = lines.lineAt(cursor.line);
  let text = current.slice(cursor.character, outsidePair(current, cursor.character + limit));
  for (let line = cursor.line + 1; line < lines.lineCount && text.length < limit; line += 1) {
    const next = lines.lineAt(line);
    if (text.length + 1 + next.length > limit) break;
    text += `\n${next}`;
  }
  return text;
}

/**
 * The text around the cursor from a start that moves in big steps: typing never changes the first characters of `prefix`,
 * so that everything before the cursor stays in the KV cache. Whole lines only, except where one line fills the window.
 */
export function textWindow(lines: LineSource, cursor: Cursor, limits: WindowLimits): TextWindow {
  const firstLine = stableFirstLine(firstFittingLine(lines, cursor, limits.prefix), cursor.line);
  const before: string[] = [];
  for (let line = firstLine; line < cursor.line; line += 1) before.push(lines.lineAt(line));
  before.push(head(lines.lineAt(cursor.line), cursor, limits.prefix));
  return { prefix: before.join('\n'), suffix: textAfter(lines, cursor, limits.suffix), firstLine };
}

/** The next lines that hold something, from `line` on, at most `count`. */
export function nextFilledLines(lines: LineSource, line: number, count: number): readonly string[] {
  const found: string[] = [];
  for (let at = line; at < lines.lineCount && found.length < count && at < line + 4 * count; at += 1) {
    const text = lines.lineAt(at);
    if (!isBlank(text)) found.push(text);
  }
  return found;
}
