import { drop, keep, type Candidate, type Filter, type Verdict } from './filter.js';

/** One more error is what any unfinished statement has. */
const allowedErrors = 1;

function apply({ text, addedErrors }: Candidate): Verdict {
  const errors = addedErrors(text);
  if (errors === undefined || errors <= allowedErrors) return keep(text);
  const [first = '', ...rest] = text.split('\n');
  if (rest.length > 0 && (addedErrors(first) ?? 0) <= allowedErrors) return keep(first);
  return drop(`breaks the syntax (${errors} more errors)`);
}

/** Text that the parser cannot make sense of is cut to its first line, or refused. */
export const breaksParse: Filter = { id: 'breaks-parse', apply };
