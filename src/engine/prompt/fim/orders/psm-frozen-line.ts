import type { FimOrder } from '../order.js';

/**
 * `PRE P' SUF S MID L`: the prefix ends at the start of the cursor's line and the typed part of the line stands after MID, where the
 * model is to continue it. A keystroke is a pure append.
 */
export const psmFrozenLine: FimOrder = {
  split: 'line-start',
  layOut: ({ context, before, typed, suffix }, tokens) => [
    ...context,
    tokens.prefix,
    ...before,
    tokens.suffix,
    ...suffix,
    ...(tokens.middle === null ? [] : [tokens.middle]),
    ...typed,
  ],
};
