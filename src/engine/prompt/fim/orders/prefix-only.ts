import type { FimPieces } from '../order.js';

/** Plain left-to-right, for models without fill-in-the-middle. The suffix is not used. */
export const prefixOnly = ({ context, before, typed }: FimPieces): readonly number[] => [
  ...context,
  ...before,
  ...typed,
];
