import type { CompletionOutcome } from '../../../contract/outcomes.js';
import type { StopReason } from '../../../contract/generation.js';
import type { Suggestion } from './ask.js';
import { candidateOf } from './candidate.js';
import { filtered } from './filters/index.js';
import type { GenerationEnd } from './generation.js';
import { replacedAfter } from './replaced.js';
import type { Situation } from './situation.js';
import type { Syntax } from './syntax/syntax.js';

/** What a generation came to. */
export type Made =
  | { readonly kind: 'something'; readonly text: string; readonly suggestion: Suggestion }
  | { readonly kind: 'nothing'; readonly outcome: CompletionOutcome; readonly reason: string };

const nothing = (outcome: CompletionOutcome, reason: string): Made => ({ kind: 'nothing', outcome, reason });

/** A generation that was given up. */
export const givenUp = nothing('superseded', 'the request was stopped');

/** A text at a place, as it is shown there. */
export function suggestionOf({ file, given, tail }: Situation, id: string, text: string): Suggestion {
  const after = replacedAfter(text, tail, file.languageId);
  return { id, text: given.text + text, before: given.before, after };
}

/** Turns the end of a generation into a suggestion, or into the reason why there is none. */
export function madeOf(situation: Situation, id: string, end: GenerationEnd, syntax: Syntax): Made {
  if (end.kind === 'cancelled') return givenUp;
  if (end.kind === 'failed') return nothing('error', end.error.message);
  if (end.text === '') return nothingSaid(end.result?.stopReason);
  const result = filtered(candidateOf(situation, end, syntax));
  if (result.kind === 'dropped') return nothing('filtered', `${result.by}: ${result.reason}`);
  const { text } = result;
  return { kind: 'something', text, suggestion: suggestionOf(situation, id, text) };
}

/** Why the model came to an end before it said anything. */
function nothingSaid(stopReason: StopReason | undefined): Made {
  if (stopReason === 'context-full') return nothing('context-full', 'the context of the model is full');
  if (stopReason === 'time') return nothing('timeout', 'the time was up before the first text');
  return nothing('empty', 'the model said nothing');
}
