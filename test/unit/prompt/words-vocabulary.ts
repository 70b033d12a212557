import type { Vocabulary } from '../../../src/engine/prompt/vocabulary.js';

/** A toy tokenizer: one id a word, blank run or other character, in order of first sight; special tokens by name from 1. */
export class WordsVocabulary implements Vocabulary {
  readonly bos: number | null;
  readonly #specials: ReadonlyMap<string, number>;
  readonly #words: string[] = [];

  constructor(specials: readonly string[] = [], bos: number | null = null) {
    this.#specials = new Map(specials.map((name, index) => [name, index + 1]));
    this.bos = bos;
  }

  encode(text: string): readonly number[] {
    return (text.match(/\w+|[^\S\n]+|[^\w]/gu) ?? []).map((word) => {
      if (!this.#words.includes(word)) this.#words.push(word);
      return 1000 + this.#words.indexOf(word);
    });
  }

  special(text: string): number | null {
    return this.#specials.get(text) ?? null;
  }

  /** Ids as text, special ones by name. */
  show(ids: readonly number[]): string {
    const names = new Map([...this.#specials].map(([name, id]) => [id, name]));
    return ids
      .map((id) => (id === this.bos ? '<BOS>' : (names.get(id) ?? this.#words[id - 1000] ?? '?')))
      .join('');
  }
}
