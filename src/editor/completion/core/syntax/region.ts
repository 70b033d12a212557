import { indentWidth } from '../text.js';
import type { SyntaxPlace } from './syntax.js';

/** The part of a file that is parsed for one answer. */
export interface Region {
  readonly before: string;
  readonly after: string;
}

/** A parse of this much takes about half a millisecond, and several where it is full of errors. */
const mostBefore = 2000;
const mostAfter = 600;
/** A line on which a declaration may begin, or the comment above one. */
const beginning = /^[ \t]*(?:[\p{L}@#_]|\/[*/])/u;

/**
 * Where the first line among the last `limit` characters begins that is as little indented as any: a declaration at the top level, or a
 * member of what spans them all. From the middle of a comment or a statement the parser would find its way for several milliseconds.
 */
function outermostStart(text: string, limit: number): number {
  const earliest = text.length - limit;
  const firstLine = earliest <= 0 ? 0 : text.indexOf('\n', earliest) + 1;
  let best = { at: firstLine, width: Infinity };
  for (let at = firstLine; at < text.length && best.width > 0;) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end);
    const width = indentWidth(line);
    if (width < best.width && beginning.test(line)) best = { at, width };
    at = end < 0 ? text.length : end + 1;
  }
  return best.at;
}

/** From an outermost line above the cursor to some lines below it. */
export function regionAround({ prefix, suffix }: Pick<SyntaxPlace, 'prefix' | 'suffix'>): Region {
  const after = suffix.slice(0, mostAfter);
  const lastLine = suffix.length > mostAfter ? after.lastIndexOf('\n') : after.length;
  return {
    before: prefix.slice(outermostStart(prefix, mostBefore)),
    after: after.slice(0, lastLine < 0 ? after.length : lastLine),
  };
}
