import type { LineSource } from './text.js';

/** Texts that follow each other, read as one. */
export interface Joined {
  readonly lines: LineSource;
  /** Lines in front of the last of them. */
  readonly before: number;
}

/** Joins texts, an empty line between two. Nothing is copied: a line is fetched when it is asked for. */
export function joined(earlier: readonly LineSource[], own: LineSource): Joined {
  let next = 0;
  const parts = [...earlier, own].map((source) => {
    const first = next;
    next += source.lineCount + 1;
    return { first, source };
  });
  const lineAt = (line: number): string => {
    const part = parts.findLast(({ first }) => first <= line);
    const inside = line - (part?.first ?? 0);
    return part === undefined || inside >= part.source.lineCount ? '' : part.source.lineAt(inside);
  };
  return { lines: { lineCount: next - 1, lineAt }, before: parts.at(-1)?.first ?? 0 };
}
