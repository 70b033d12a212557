import { completionReasons } from './completion.js';
import { engineReasons } from './engine.js';
import { errorReasons } from './errors.js';
import { nativeReasons } from './native.js';
import { settingReasons } from './settings.js';

/**
 * Every reason that is said in English by a part that knows no language (engine, native part, completion core) and shown to people.
 * Logs and the command line take it as it is. `{0}`, `{1}` stand for what differs: numbers, names, or another reason.
 * The English text is the key in l10n/bundle.l10n.*.json.
 */
export const reasons = [
  ...engineReasons,
  ...errorReasons,
  ...nativeReasons,
  ...completionReasons,
  ...settingReasons,
] as const;

export type Reason = (typeof reasons)[number];

/** A reason and what stands in its places. */
export interface ReadReason {
  readonly reason: Reason;
  readonly values: readonly string[];
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&');
const literalLength = (reason: string): number => reason.replace(/\{\d\}/gu, '').length;

/** Of two that fit, the one that says more itself. */
const patterns = reasons
  .map((reason) => ({
    reason,
    pattern: new RegExp(
      `^${reason
        .split(/\{\d\}/u)
        .map(escaped)
        .join('(.+?)')}$`,
      'su',
    ),
  }))
  .sort((left, right) => literalLength(right.reason) - literalLength(left.reason));

/** Which reason a sentence is; `undefined` for one that is not known, e.g. the words of an operating system. */
export function readReason(sentence: string): ReadReason | undefined {
  for (const { reason, pattern } of patterns) {
    const found = pattern.exec(sentence);
    if (found !== null) return { reason, values: found.slice(1) };
  }
  return undefined;
}
