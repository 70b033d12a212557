import type { CompletionOptions } from '../ask.js';
import { around } from '../around.js';
import { systemClock, type CompletionEngine } from '../engine-port.js';
import { Generation, type GenerationEnd } from '../generation.js';
import { madeOf, type Made } from '../made.js';
import type { Situation } from '../situation.js';
import type { Syntax } from '../syntax/syntax.js';
import type { Replayable } from './export.js';

/** A request that was sent again, and what came of it this time. */
export interface Repeated {
  readonly end: GenerationEnd;
  readonly made: Made;
  /** What is not as it was, in words; none where everything is. */
  readonly differences: readonly string[];
}

function situationOf({ request, judged }: Replayable, defaults: CompletionOptions): Situation {
  const { path, languageId, prefix, suffix, shape } = request;
  return {
    file: { key: path, path, languageId },
    options: { ...defaults, ...judged },
    trigger: 'automatic',
    line: 0,
    prefix,
    suffix,
    shape,
    surroundings: () => request.file ?? { before: prefix, after: suffix },
    given: judged?.given ?? { text: '', before: 0 },
    ...around(prefix, suffix),
  };
}

const quoted = (text: string | undefined): string => (text === undefined ? 'nothing' : JSON.stringify(text));

/** Where two token arrays part; `undefined` where they are the same. */
function firstDifference(then: readonly number[], now: readonly number[]): number | undefined {
  const at = then.findIndex((id, index) => id !== now[index]);
  if (at >= 0) return at;
  return then.length === now.length ? undefined : then.length;
}

/** What a repeated request did not do as it is recorded. Only what the record holds is compared. */
export function differences(recorded: Replayable, end: GenerationEnd, made: Made): readonly string[] {
  const { result, said, shown } = recorded;
  if (end.kind !== 'text')
    return [end.kind === 'failed' ? `It failed: ${end.error.message}` : 'It was cancelled.'];
  const found: string[] = [];
  const then = result?.model.sha256;
  const now = end.result?.model.sha256;
  if (then !== undefined && now !== undefined && then !== now)
    found.push(`The model is another one: it was ${then}, it is ${now}.`);
  if (result?.tokenIds !== undefined && end.result?.tokenIds !== undefined) {
    const at = firstDifference(result.tokenIds, end.result.tokenIds);
    if (at !== undefined)
      found.push(
        `Token ${at + 1} differs: it was ${result.tokenIds[at] ?? 'none'}, it is ${end.result.tokenIds[at] ?? 'none'}.`,
      );
  }
  if (said !== undefined && said !== end.text)
    found.push(`The model said ${quoted(end.text)} and not ${quoted(said)}.`);
  const shownNow = made.kind === 'something' ? made.suggestion.text : undefined;
  if (said !== undefined && shown !== shownNow)
    found.push(`What is shown is ${quoted(shownNow)} and not ${quoted(shown)}.`);
  return found;
}

/**
 * Sends a recorded request again, through the same stop rules and filters, and compares.
 * @param defaults options for what the record does not hold
 */
export async function repeat(
  recorded: Replayable,
  defaults: CompletionOptions,
  engine: CompletionEngine,
  syntax: Syntax,
): Promise<Repeated> {
  const situation = situationOf(recorded, defaults);
  const generation = new Generation(recorded.request, situation, engine, systemClock);
  const end = await generation.done;
  const made = madeOf(situation, recorded.request.id, end, syntax);
  return { end, made, differences: differences(recorded, end, made) };
}
