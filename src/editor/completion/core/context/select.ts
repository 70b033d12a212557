import type { ContextChunk } from '../../../../contract/completion.js';
import { jaccard, wordSet } from './words.js';

/** Chunks more alike than this say the same. */
const sameAbove = 0.9;
const charactersPerToken = 3;
const longestChunk = 2400;

function withoutRepeats(chunks: readonly ContextChunk[]): readonly ContextChunk[] {
  const kept: { readonly chunk: ContextChunk; readonly words: ReadonlySet<string> }[] = [];
  for (const chunk of chunks) {
    const words = wordSet(chunk.text);
    const repeats = kept.some(
      (other) => other.chunk.text === chunk.text || jaccard(other.words, words) > sameAbove,
    );
    if (!repeats) kept.push({ chunk, words });
  }
  return kept.map(({ chunk }) => chunk);
}

const byPriority = (left: ContextChunk, right: ContextChunk) =>
  right.priority - left.priority ||
  left.path.localeCompare(right.path) ||
  left.text.localeCompare(right.text);

/**
 * The chunks that go into a prompt: no two that say the same, as many as fit, the most telling last, next to the code.
 * Deterministic: the same chunks in any order give the same result.
 * @param tokens budget of all chunks together
 */
export function selectChunks(chunks: readonly ContextChunk[], tokens: number): readonly ContextChunk[] {
  let left = tokens * charactersPerToken;
  const chosen: ContextChunk[] = [];
  for (const chunk of withoutRepeats([...chunks].sort(byPriority))) {
    if (chunk.text.trim() === '' || chunk.text.length > Math.min(left, longestChunk)) continue;
    left -= chunk.text.length;
    chosen.push(chunk);
  }
  return chosen.reverse();
}
