import { markdown } from './parser.js';

/** A top-level block of a markdown text: characters `start` (included) to `end` (excluded). */
export interface BlockSpan {
  readonly start: number;
  readonly end: number;
  /** `plain` blocks are too long to be parsed and are shown as they are. */
  readonly kind: 'markdown' | 'plain';
}

/** Text longer than this is not even cut into blocks. Characters; a page of code is 4,000. */
const longestText = 400_000;
/** A single block longer than this is shown as it is. */
const longestBlock = 20_000;

/**
 * Cuts a text into its top-level blocks, without parsing what is inside them. Blocks follow each other without gaps;
 * blank lines belong to the block before them.
 */
export function splitBlocks(text: string): readonly BlockSpan[] {
  if (text.length === 0) return [];
  if (text.length > longestText) return [{ start: 0, end: text.length, kind: 'plain' }];
  const offsets = lineOffsets(text);
  const starts = blockLines(text).map((line) => offsets[line] ?? text.length);
  const edges = [...new Set([0, ...starts.slice(1)])];
  return edges.map((start, index) => {
    const end = edges[index + 1] ?? text.length;
    return { start, end, kind: end - start > longestBlock ? 'plain' : 'markdown' };
  });
}

function blockLines(text: string): readonly number[] {
  const tokens: ReturnType<typeof markdown.parse> = [];
  markdown.block.parse(text, markdown, {}, tokens);
  return tokens
    .filter((token) => token.level === 0 && token.nesting >= 0)
    .flatMap((token) => (token.map ? [token.map[0]] : []));
}

function lineOffsets(text: string): readonly number[] {
  const offsets = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) offsets.push(at + 1);
  return offsets;
}
