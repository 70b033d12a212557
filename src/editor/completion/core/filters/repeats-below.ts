import { isBlank } from '../text.js';
import { drop, keep, type Candidate, type Filter, type Verdict } from './filter.js';

/** A lone bracket below is met by chance; it counts as a repeat only with its indentation. */
const telling = (line: string) => /[\p{L}\p{N}]/u.test(line);

function sameLine(suggested: string, below: string): boolean {
  return telling(below) ? suggested.trim() === below.trim() : suggested.trimEnd() === below.trimEnd();
}

/** Fewer characters than this may be the beginning of anything. */
const shortestBeginning = 12;

function beginsBelow(suggested: string, below: string): boolean {
  const text = suggested.trim();
  return text.length >= shortestBeginning && below.trim().startsWith(text);
}

function apply({ text, head, below }: Candidate): Verdict {
  const [next] = below;
  if (next === undefined) return keep(text);
  const lines = text.split('\n');
  const at = lines.findIndex((line, index) => {
    if (isBlank(line)) return false;
    const whole = index === 0 ? head + line : line;
    return sameLine(whole, next) || (index === lines.length - 1 && beginsBelow(whole, next));
  });
  if (at < 0) return keep(text);
  const rest = lines.slice(0, at);
  return rest.every(isBlank) ? drop('repeats the next line') : keep(rest.join('\n'));
}

/** What stands below already is not suggested again: the text ends where the next line would be repeated. */
export const repeatsBelow: Filter = { id: 'repeats-below', apply };
