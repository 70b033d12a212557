/** The special tokens of a family, as ids. */
export interface FimTokens {
  readonly prefix: number;
  readonly suffix: number;
  /** Null for families that have none (Codestral). */
  readonly middle: number | null;
}

/** The pieces of a completion prompt, tokenised apart (they were tokenised apart in training). */
export interface FimPieces {
  /** Other files, in front of everything. */
  readonly context: readonly number[];
  /** Names the file, between the other files and its own text. */
  readonly header: readonly number[];
  /** The file's text before the cursor, or before the line of the cursor where the order splits it there. */
  readonly before: readonly number[];
  /** The line of the cursor up to the cursor where the order splits it there; empty otherwise. */
  readonly typed: readonly number[];
  readonly suffix: readonly number[];
}

/** How a family was trained to see the pieces. BOS is added by the caller. */
export interface FimOrder {
  /** Where the prefix is cut in two: at the cursor (not at all), or at the start of the cursor's line. */
  readonly split: 'cursor' | 'line-start';
  layOut(pieces: FimPieces, tokens: FimTokens): readonly number[];
}
