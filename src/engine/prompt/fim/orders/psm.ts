import type { FimOrder } from '../order.js';

/** `PRE P SUF S MID`: prefix, suffix, middle. A keystroke re-evaluates the suffix. */
export const psm: FimOrder = {
  split: 'cursor',
  layOut: ({ context, before, suffix }, tokens) => [
    ...context,
    tokens.prefix,
    ...before,
    tokens.suffix,
    ...suffix,
    ...(tokens.middle === null ? [] : [tokens.middle]),
  ],
};
