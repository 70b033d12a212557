import type { FimOrder } from '../order.js';

/** `SUF S PRE P MID`: suffix, prefix, middle. A keystroke rolls back one token. */
export const spm: FimOrder = {
  split: 'cursor',
  layOut: ({ context, header, before, suffix }, tokens) => [
    ...context,
    ...header,
    tokens.suffix,
    ...suffix,
    tokens.prefix,
    ...before,
    ...(tokens.middle === null ? [] : [tokens.middle]),
  ],
};
