/** The answer of one filter: the text as it may be shown, or that nothing may. */
export type Verdict =
  { readonly kind: 'keep'; readonly text: string } | { readonly kind: 'drop'; readonly reason: string };

export const keep = (text: string): Verdict => ({ kind: 'keep', text });
export const drop = (reason: string): Verdict => ({ kind: 'drop', reason });

/** Everything a filter may look at. */
export interface Candidate {
  readonly text: string;
  /** The line up to the cursor. */
  readonly head: string;
  /** The line from the cursor on. */
  readonly tail: string;
  /** Lines above, nearest last. */
  readonly above: readonly string[];
  /** The next lines below that hold something. */
  readonly below: readonly string[];
  readonly languageId: string;
  /** Mean natural-log probability of the tokens, where the engine tells. */
  readonly meanLogProb: number | undefined;
  /** Lowest mean probability that may be shown, 0..1. */
  readonly minConfidence: number;
  /** Syntax errors with the text in place minus those without it; `undefined` where the language is not known. */
  readonly addedErrors: (text: string) => number | undefined;
}

/** One reason to change or refuse a suggestion. Pure. */
export interface Filter {
  /** Stable name, shown in the record of a request. */
  readonly id: string;
  readonly apply: (candidate: Candidate) => Verdict;
}
