import { markdown } from './parser.js';

/** A top-level block of a markdown text: characters `start` (included) to `end` (excluded). */
export interface BlockSpan {
  readonly start: number;
  readonly end: number;
  /** `plain` blocks are too long to be parsed and are shown as they are. */
  readonly kind: 'markdown' | 'plain';
}

/** Text longer than this is not parsed as markdown. A page of code is 4,000 characters. */
export const longestParsed = 60_000;

/**
 * Cuts a text into its top-level blocks, without parsing what is inside them. Blocks follow each other without gaps;
 * blank lines belong to the block before them.
 */
export function splitBlocks(text: string): readonly BlockSpan[] {
  if (text.length === 0) return [];
  if (text.length > longestParsed) return [{ start: 0, end: text.length, kind: 'plain' }];
  const starts = blockLines(text).map((line) => lineOffset(text, line));
  const edges = [...new Set([0, ...starts.slice(1)])];
  return edges.map((start, index) => ({ start, end: edges[index + 1] ?? text.length, kind: 'markdown' }));
}

function blockLines(text: string): readonly number[] {
  const tokens: ReturnType<typeof markdown.parse> = [];
  markdown.block.parse(text, markdown, {}, tokens);
  return tokens
    .filter((token) => token.level === 0 && token.nesting >= 0)
    .flatMap((token) => (token.map ? [token.map[0]] : []));
}

function lineOffset(text: string, line: number): number {
  let offset = 0;
  for (let n = 0; n < line; n += 1) offset = text.indexOf('\n', offset) + 1;
  return offset;
}
