import type { Candidate } from '../../../../src/editor/completion/core/filters/index.js';
import { bracketCases } from './brackets.js';
import { confidenceCases } from './confidence.js';
import { indentationCases } from './indentation.js';
import { repeatCases } from './repeats.js';

/** One case of one filter: what it is given and what it keeps (`undefined`: nothing). */
export interface GoldenCase extends Partial<Candidate> {
  readonly filter: string;
  readonly name: string;
  readonly text: string;
  readonly expected: string | undefined;
}

export const goldenCases: readonly GoldenCase[] = [
  ...bracketCases,
  ...confidenceCases,
  ...indentationCases,
  ...repeatCases,
];
