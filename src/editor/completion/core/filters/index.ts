import { brackets } from './brackets.js';
import { breaksParse } from './breaks-parse.js';
import { isBlank } from '../text.js';
import type { Candidate, Filter } from './filter.js';
import { indentation } from './indentation.js';
import { lowConfidence } from './low-confidence.js';
import { repeatsAbove } from './repeats-above.js';
import { repeatsBelow } from './repeats-below.js';
import { repeatsTail } from './repeats-tail.js';
import { repetitionLoop } from './repetition-loop.js';
import { trailingBlanks } from './trailing-blanks.js';
import { whitespaceOnly } from './whitespace-only.js';

export type { Candidate, Filter, Verdict } from './filter.js';

/** In order: cheap ones first, and each sees what the one before has left. */
export const filters: readonly Filter[] = [
  whitespaceOnly,
  lowConfidence,
  indentation,
  repetitionLoop,
  repeatsBelow,
  repeatsTail,
  repeatsAbove,
  brackets,
  breaksParse,
  trailingBlanks,
];

/** What all filters together made of a text. */
export type Filtered =
  | { readonly kind: 'kept'; readonly text: string; readonly changedBy: readonly string[] }
  | { readonly kind: 'dropped'; readonly by: string; readonly reason: string };

/** Sends a candidate through the filters. */
export function filtered(candidate: Candidate, through: readonly Filter[] = filters): Filtered {
  let { text } = candidate;
  const changedBy: string[] = [];
  for (const filter of through) {
    const verdict = filter.apply({ ...candidate, text });
    if (verdict.kind === 'drop') return { kind: 'dropped', by: filter.id, reason: verdict.reason };
    if (verdict.text !== text) changedBy.push(filter.id);
    text = verdict.text;
  }
  if (isBlank(text)) return { kind: 'dropped', by: whitespaceOnly.id, reason: 'nothing is left' };
  return { kind: 'kept', text, changedBy };
}
