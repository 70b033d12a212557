import type { LineSource } from '../text.js';
import { jaccard, wordSet } from './words.js';

/** A run of lines of a file, and the words in it. */
export interface CodeWindow {
  readonly firstLine: number;
  readonly text: string;
  readonly words: ReadonlySet<string>;
}

const windowLines = 24;
const stride = 12;
/** Larger files are looked at from the start up to here. */
const mostLines = 3000;

/** A file cut into windows that overlap by half. */
export function windowsOf(lines: LineSource): readonly CodeWindow[] {
  const count = Math.min(lines.lineCount, mostLines);
  const windows: CodeWindow[] = [];
  for (let first = 0; first < count; first += stride) {
    const last = Math.min(count, first + windowLines);
    const text = Array.from({ length: last - first }, (_, index) => lines.lineAt(first + index))
      .join('\n')
      .trimEnd();
    if (text.trim() !== '') windows.push({ firstLine: first, text, words: wordSet(text) });
    if (last === count) break;
  }
  return windows;
}

/** A window and how much it is like the place in question. */
export interface Match {
  readonly window: CodeWindow;
  readonly similarity: number;
}

/** The window most like `words`; the earlier one where two are equal. */
export function bestMatch(windows: readonly CodeWindow[], words: ReadonlySet<string>): Match | undefined {
  let best: Match | undefined;
  for (const window of windows) {
    const similarity = jaccard(window.words, words);
    if (similarity > (best?.similarity ?? 0)) best = { window, similarity };
  }
  return best;
}
