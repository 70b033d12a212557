/** What became of suggestions, counted on this machine and never sent anywhere. */
export interface AcceptanceCounts {
  /** Suggestions that stood on the screen at least once. */
  readonly shown: number;
  readonly accepted: number;
  /** Suggestions of which a word or a line was taken, and not the whole. */
  readonly partlyAccepted: number;
  /** Characters that did not have to be typed. */
  readonly characters: number;
  /** Accepted suggestions looked at again after two minutes, and the sum of the shares of their lines still there, 0..1 each. */
  readonly judged: number;
  readonly keptSum: number;
}

/** Counts by VS Code language identifier, and since when (milliseconds since the epoch). */
export interface AcceptanceStatistics {
  readonly since: number;
  readonly byLanguage: Readonly<Record<string, AcceptanceCounts>>;
}
