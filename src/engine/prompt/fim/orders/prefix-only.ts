import type { FimPieces } from '../order.js';

/**
 * Plain left-to-right, for models without fill-in-the-middle. The suffix is not used, and no line names the file: measured with
 * SmolLM2 on TypeScript, C++ and Python, one costs 0.01 of edit similarity.
 */
export const prefixOnly = ({ context, before, typed }: FimPieces): readonly number[] => [
  ...context,
  ...before,
  ...typed,
];
