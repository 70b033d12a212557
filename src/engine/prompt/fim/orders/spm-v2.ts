import type { FimOrder } from '../order.js';

/** `PRE SUF S MID P`: "variant 2" of the FIM paper, no token between prefix and completion. A keystroke is a pure append. */
export const spmV2: FimOrder = {
  split: 'cursor',
  layOut: ({ context, header, before, suffix }, tokens) => [
    ...context,
    ...header,
    tokens.prefix,
    tokens.suffix,
    ...suffix,
    ...(tokens.middle === null ? [] : [tokens.middle]),
    ...before,
  ],
};
