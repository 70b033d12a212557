import type { FimOrder } from '../order.js';

/**
 * `PRE B SUF S MID T`: prefix, suffix, middle. The prefix B ends at the start of the cursor's line and the typed part T of the line
 * stands after MID, where the model is to continue it: training cuts files anywhere, so a middle that begins a line is a common one,
 * and a keystroke is an append. Cut at the cursor (T empty, `PRE P SUF S MID`), a keystroke re-evaluates the whole suffix.
 */
export const psm: FimOrder = {
  split: 'line-start',
  layOut: ({ context, header, before, typed, suffix }, tokens) => [
    ...context,
    ...header,
    tokens.prefix,
    ...before,
    tokens.suffix,
    ...suffix,
    ...(tokens.middle === null ? [] : [tokens.middle]),
    ...typed,
  ],
};
