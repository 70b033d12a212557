import type { Candidate } from './filters/filter.js';
import type { GenerationEnd } from './generation.js';
import type { Situation } from './situation.js';
import type { Syntax } from './syntax/syntax.js';

/** What the filters look at. */
export function candidateOf(
  situation: Situation,
  end: Extract<GenerationEnd, { kind: 'text' }>,
  syntax: Syntax,
): Candidate {
  const { head, tail, above, below, file, prefix, suffix, options } = situation;
  const place = { languageId: file.languageId, prefix, suffix };
  return {
    text: end.text,
    head,
    tail,
    above,
    below,
    languageId: file.languageId,
    meanLogProb: end.result?.meanLogProb,
    minConfidence: options.minConfidence,
    addedErrors: (text) => syntax.addedErrors(place, text),
  };
}
