import { bracketsOf } from '../brackets.js';
import { isBlank } from '../text.js';
import { drop, keep, type Candidate, type Filter, type Verdict } from './filter.js';

/** Closers that the text before the cursor owes and the rest of the line does not pay, the next one last. */
function owed({ above, head, tail, languageId }: Candidate): string[] {
  const { open } = bracketsOf([...above, head].join('\n'), languageId);
  return open.slice(0, open.length - Math.min(open.length, bracketsOf(tail, languageId).loose.length));
}

function apply(candidate: Candidate): Verdict {
  const { text, tail, languageId } = candidate;
  const { loose } = bracketsOf(text, languageId);
  if (loose.length === 0) return keep(text);
  const allowed = owed(candidate);
  const paidByTail = bracketsOf(tail, languageId).loose.map((one) => one.bracket);
  for (const closer of loose) {
    if (paidByTail.at(0) === closer.bracket) paidByTail.shift();
    else if (allowed.at(-1) === closer.bracket) allowed.pop();
    else {
      const rest = text.slice(0, closer.offset).replace(/\s+$/, '');
      return isBlank(rest) ? drop('closes a bracket that nothing opened') : keep(rest);
    }
  }
  return keep(text);
}

/** A closer that nothing before the cursor opened ends the suggestion. */
export const brackets: Filter = { id: 'brackets', apply };
