import type { ContextChunk } from '../../contract/index.js';
import { markedLine } from './fim/header.js';
import { charactersPerToken, head } from './window.js';
import type { Vocabulary } from './vocabulary.js';

const hashComments = /\.(py|rb|sh|pl|r|jl|ya?ml|toml|ex|exs|cmake|mk)$|(^|\/)(Makefile|Dockerfile)$/i;

/** What stands before a file's path. */
type FileMark = number | 'marked' | null;

/**
 * The token array of other files' chunks: highest priority first into the budget, laid out in the order given (so that what did not
 * change keeps its place). A chunk that does not fit is left out whole.
 * @param mark the model's file separator token; `marked` for `+++++ path`; null for a comment that names the path
 */
export function encodeContext(
  chunks: readonly ContextChunk[],
  vocabulary: Vocabulary,
  mark: FileMark,
  budget: number,
): readonly number[] {
  const byPriority = [...chunks].sort((left, right) => right.priority - left.priority);
  const kept = new Map<ContextChunk, readonly number[]>();
  let left = budget;
  for (const chunk of byPriority) {
    if (chunk.text.length > left * charactersPerToken) continue;
    const ids = encodeChunk(chunk, vocabulary, mark);
    if (ids.length > left) continue;
    kept.set(chunk, ids);
    left -= ids.length;
  }
  return chunks.flatMap((chunk) => kept.get(chunk) ?? []);
}

function encodeChunk(chunk: ContextChunk, vocabulary: Vocabulary, mark: FileMark): readonly number[] {
  const body = chunk.text.endsWith('\n') ? chunk.text : `${chunk.text}\n`;
  const path = head(chunk.path, 256);
  if (mark === 'marked') return vocabulary.encode(`${markedLine(path)}${body}\n`);
  if (mark !== null) return [mark, ...vocabulary.encode(`${path}\n${body}`)];
  const comment = hashComments.test(chunk.path) ? '#' : '//';
  return vocabulary.encode(`${comment} ${path}\n${body}\n`);
}
