/** What prompt building needs of a model's tokenizer. Text never becomes a special token here. */
export interface Vocabulary {
  /** Plain text to token ids, without a leading space the text does not have. */
  encode(text: string): readonly number[];
  /** The id of a special token by its exact text; null when the vocabulary has none of that name. */
  special(text: string): number | null;
  /** Put at position 0 of every prompt; null when the model wants none. */
  readonly bos: number | null;
}
