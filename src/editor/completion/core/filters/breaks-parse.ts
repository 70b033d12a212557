import { drop, keep, type Candidate, type Filter, type Verdict } from './filter.js';

/** One more error is what any unfinished statement has. */
const allowedErrors = 1;

function apply({ text, addedErrors }: Candidate): Verdict {
  const errors = addedErrors(text);
  if (errors === undefined || errors <= allowedErrors) return keep(text);
  const lines = text.split('\n');
  for (let count = lines.length - 1; count > 0; count -= 1) {
    const shorter = lines.slice(0, count).join('\n');
    if ((addedErrors(shorter) ?? 0) <= allowedErrors) return keep(shorter);
  }
  return drop(`breaks the syntax (${errors} more errors)`);
}

/** Text that the parser cannot make sense of is cut to what it can, or refused. */
export const breaksParse: Filter = { id: 'breaks-parse', apply };
