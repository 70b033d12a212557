import type { ContextChunk } from '../../contract/index.js';
import { charactersPerToken, head } from './window.js';
import type { Vocabulary } from './vocabulary.js';

const hashComments = /\.(py|rb|sh|pl|r|jl|ya?ml|toml|ex|exs|cmake|mk)$|(^|\/)(Makefile|Dockerfile)$/i;

/**
 * The token array of other files' chunks: highest priority first into the budget, laid out in the order given (so that what did not
 * change keeps its place). A chunk that does not fit is left out whole.
 * @param separator the model's file separator token, or null: then a comment names the path
 */
export function encodeContext(
  chunks: readonly ContextChunk[],
  vocabulary: Vocabulary,
  separator: number | null,
  budget: number,
): readonly number[] {
  const byPriority = [...chunks].sort((left, right) => right.priority - left.priority);
  const kept = new Map<ContextChunk, readonly number[]>();
  let left = budget;
  for (const chunk of byPriority) {
    if (chunk.text.length > left * charactersPerToken) continue;
    const ids = encodeChunk(chunk, vocabulary, separator);
    if (ids.length > left) continue;
    kept.set(chunk, ids);
    left -= ids.length;
  }
  return chunks.flatMap((chunk) => kept.get(chunk) ?? []);
}

function encodeChunk(
  chunk: ContextChunk,
  vocabulary: Vocabulary,
  separator: number | null,
): readonly number[] {
  const body = chunk.text.endsWith('\n') ? chunk.text : `${chunk.text}\n`;
  const path = head(chunk.path, 256);
  if (separator !== null) return [separator, ...vocabulary.encode(`${path}\n${body}`)];
  const comment = hashComments.test(chunk.path) ? '#' : '//';
  return vocabulary.encode(`${comment} ${path}\n${body}\n`);
}
