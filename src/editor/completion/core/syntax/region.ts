import type { SyntaxPlace } from './syntax.js';

/** The part of a file that is parsed for one answer. */
export interface Region {
  readonly before: string;
  readonly after: string;
}

/** A parse of this much takes about a millisecond. */
const mostBefore = 3000;
const mostAfter = 600;
/** A line on which a declaration may begin. */
const topLevel = /^[\p{L}@#_]/u;

/** Where the first top-level line among the last `limit` characters begins; without one, where the first whole line does. */
function topLevelStart(text: string, limit: number): number {
  const earliest = text.length - limit;
  const firstLine = earliest <= 0 ? 0 : text.indexOf('\n', earliest) + 1;
  let at = firstLine;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end);
    if (topLevel.test(line)) return at;
    if (end < 0) break;
    at = end + 1;
  }
  return firstLine;
}

/** From a top-level line above the cursor to some lines below it. */
export function regionAround({ prefix, suffix }: Pick<SyntaxPlace, 'prefix' | 'suffix'>): Region {
  const after = suffix.slice(0, mostAfter);
  const lastLine = suffix.length > mostAfter ? after.lastIndexOf('\n') : after.length;
  return {
    before: prefix.slice(topLevelStart(prefix, mostBefore)),
    after: after.slice(0, lastLine < 0 ? after.length : lastLine),
  };
}
