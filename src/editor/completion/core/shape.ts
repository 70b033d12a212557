import type { CompletionRequest } from '../../../contract/completion.js';
import type { CompletionOptions } from './ask.js';
import { indentWidth, isBlank, type Cursor, type LineSource } from './text.js';
import { nextFilledLines } from './window.js';

export type Shape = CompletionRequest['shape'];

/** What syntax says of the cursor: inside a comment or a text nothing but one line is wanted. */
export type CursorSyntax = 'code' | 'comment' | 'string' | 'unknown';

/** Ends of lines after which a block begins. */
const opensBlock = /(?:[{([:]|=>|->|\b(?:do|then|else|begin|try|finally))\s*(?:\/\/.*|#.*)?$/;

function blockIsEmpty(lines: LineSource, opener: string, after: number): boolean {
  const [next] = nextFilledLines(lines, after, 1);
  return next === undefined || indentWidth(next) <= indentWidth(opener);
}

/**
 * Whether one line is wanted, or a block. `auto`: a block where one has just been opened and is still empty, and on an
 * empty line; one line where something stands right of the cursor, inside comments and inside texts.
 * @param syntax asked only where the answer hangs on it: it costs a parse, and most keys fall inside a statement
 */
export function shapeAt(
  lines: LineSource,
  cursor: Cursor,
  options: Pick<CompletionOptions, 'multiline' | 'maxLines'>,
  syntax: () => CursorSyntax,
): Shape {
  const line: Shape = { kind: 'line' };
  const block: Shape = { kind: 'block', maxLines: options.maxLines };
  if (options.multiline === 'never' || options.maxLines === 1) return line;
  if (options.multiline === 'always') return block;
  const text = lines.lineAt(cursor.line);
  const head = text.slice(0, cursor.character);
  if (!isBlank(text.slice(cursor.character))) return line;
  const opened = opensBlock.test(head);
  if (!opened && !isBlank(head)) return line;
  if (opened && !blockIsEmpty(lines, head, cursor.line + 1)) return line;
  const place = syntax();
  return place === 'comment' || place === 'string' ? line : block;
}
