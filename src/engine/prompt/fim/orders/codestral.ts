import type { FimOrder } from '../order.js';

/** `SUF S PRE P` without a middle token. A keystroke is a pure append. */
export const codestral: FimOrder = {
  split: 'cursor',
  layOut: ({ context, header, before, suffix }, tokens) => [
    tokens.suffix,
    ...suffix,
    tokens.prefix,
    ...context,
    ...header,
    ...before,
  ],
};
