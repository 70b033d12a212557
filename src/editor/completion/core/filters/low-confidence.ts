import { drop, keep, type Filter } from './filter.js';

/** A guess that the model itself finds unlikely is not shown. */
export const lowConfidence: Filter = {
  id: 'low-confidence',
  apply: ({ text, meanLogProb, minConfidence }) =>
    meanLogProb !== undefined && Math.exp(meanLogProb) < minConfidence
      ? drop(`mean probability ${Math.exp(meanLogProb).toFixed(2)}`)
      : keep(text),
};
