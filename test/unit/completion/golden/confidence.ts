import type { GoldenCase } from './index.js';

const errorsByLength = (text: string) => (text.includes('???') ? 3 : 0);

export const confidenceCases: readonly GoldenCase[] = [
  {
    filter: 'low-confidence',
    name: 'a likely text passes',
    text: 'a',
    meanLogProb: Math.log(0.6),
    expected: 'a',
  },
  {
    filter: 'low-confidence',
    name: 'an unlikely one does not',
    text: 'a',
    meanLogProb: Math.log(0.1),
    expected: undefined,
  },
  {
    filter: 'low-confidence',
    name: 'an engine that does not tell is trusted',
    text: 'a',
    meanLogProb: undefined,
    expected: 'a',
  },
  {
    filter: 'low-confidence',
    name: '0 shows all',
    text: 'a',
    meanLogProb: -50,
    minConfidence: 0,
    expected: 'a',
  },
  {
    filter: 'breaks-parse',
    name: 'an unknown language passes',
    text: '???',
    addedErrors: () => undefined,
    expected: '???',
  },
  {
    filter: 'breaks-parse',
    name: 'an unfinished statement passes',
    text: 'f(',
    addedErrors: () => 1,
    expected: 'f(',
  },
  {
    filter: 'breaks-parse',
    name: 'is cut to the first line where that parses',
    text: 'good();\n???',
    addedErrors: errorsByLength,
    expected: 'good();',
  },
  {
    filter: 'breaks-parse',
    name: 'is refused when the first line breaks it',
    text: '??? ???',
    addedErrors: errorsByLength,
    expected: undefined,
  },
];
