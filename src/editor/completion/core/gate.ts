import type { CompletionOutcome } from '../../../contract/outcomes.js';
import type { Ask } from './ask.js';

/** Why nothing is asked of the engine. */
export interface Refusal {
  readonly outcome: CompletionOutcome;
  /** English, for the log and the command line. */
  readonly reason: string;
}

const longestLine = 10_000;
const mostLines = 200_000;

/**
 * Text right of the cursor behind which a suggestion still makes sense: closers, quotes, separators, a closing tag, and the
 * opening of a block (`if (|) {`, `map((|) => {`).
 */
const harmlessTail = /^(?:[\s)\]}>"'`;,:{]|=>|<\/[\w.:-]*>?)*$/;

function binary(text: string): boolean {
  return text.includes('\u0000') || (text.match(/\uFFFD/g)?.length ?? 0) > 8;
}

const refusals: ReadonlyMap<CompletionOutcome, string> = new Map([
  ['excluded-file', 'The file is ignored by git, holds secrets or is excluded by a setting.'],
  ['snoozed', 'Suggestions are snoozed.'],
  ['on-battery', 'The machine runs on battery.'],
  ['read-only', 'The file is read-only.'],
]);

/** Decides from the place alone whether to ask; `undefined` lets it pass. On command only the impossible is refused. */
export function refuse(ask: Ask): Refusal | undefined {
  if (ask.refusal !== undefined)
    return { outcome: ask.refusal, reason: refusals.get(ask.refusal) ?? 'Suggestions are off here.' };
  const text = ask.lines.lineAt(ask.cursor.line);
  if (binary(text)) return { outcome: 'binary-file', reason: 'The file holds binary data.' };
  if (ask.trigger === 'invoked') return undefined;
  if (text.length > longestLine)
    return { outcome: 'too-large', reason: `The line is longer than ${longestLine} characters.` };
  if (ask.lines.lineCount > mostLines)
    return { outcome: 'too-large', reason: `The file has more than ${mostLines} lines.` };
  if (!harmlessTail.test(text.slice(ask.cursor.character)))
    return { outcome: 'inside-code', reason: 'There is code right of the cursor.' };
  return undefined;
}
