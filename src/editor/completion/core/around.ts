import { isBlank } from './text.js';

const linesAbove = 60;
const linesBelow = 4;

/** The lines around a cursor. */
export interface Around {
  /** The line up to the cursor. */
  readonly head: string;
  /** The line from the cursor on. */
  readonly tail: string;
  /** Lines above, nearest last. */
  readonly above: readonly string[];
  /** The next lines below that hold something. */
  readonly below: readonly string[];
}

/** The lines in the texts before and after a cursor: a request holds those texts, so that a replay sees the same lines. */
export function around(prefix: string, suffix: string): Around {
  const before = prefix.split('\n');
  const [tail = '', ...after] = suffix.split('\n');
  return {
    head: before.at(-1) ?? '',
    tail,
    above: before.slice(0, -1).slice(-linesAbove),
    below: after.filter((line) => !isBlank(line)).slice(0, linesBelow),
  };
}
