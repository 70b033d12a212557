import { isBlank } from '../text.js';
import { drop, keep, type Candidate, type Filter, type Verdict } from './filter.js';

/** One equal short line (`}`, `return;`) is ordinary code. */
const shortestRepeat = 8;

function apply({ text, head, above }: Candidate): Verdict {
  const lines = `${head}${text}`.split('\n').filter((line) => !isBlank(line));
  const filledAbove = above.filter((line) => !isBlank(line));
  const last = filledAbove.slice(-lines.length);
  const size = lines.reduce((sum, line) => sum + line.trim().length, 0);
  const same =
    lines.length > 0 &&
    last.length === lines.length &&
    lines.every((line, index) => line.trim() === last[index]?.trim());
  return same && size >= shortestRepeat ? drop('repeats the lines above') : keep(text);
}

/** A copy of the lines directly above is a loop over the file's own text. */
export const repeatsAbove: Filter = { id: 'repeats-above', apply };
