import type { Place } from '../place.js';
import { RadixTrie } from './trie.js';

/** A finished text at a place. */
export interface Remembered {
  readonly id: string;
  readonly text: string;
  readonly suffix: string;
}

/** Characters of the suffix that must be the same; further away nothing depends on it. */
const comparedSuffix = 160;
/** Closers that the editor may have put behind the cursor by itself. */
const autoClosed = /^[)\]}"'`>]{0,4}/;

const same = (then: string, now: string) => then.slice(0, comparedSuffix) === now.slice(0, comparedSuffix);

/** Whether two suffixes are the same, but for brackets that were closed automatically while typing `typed`. */
export function suffixFits(then: string, now: string, typed: string): boolean {
  if (same(then, now)) return true;
  if (typed === '') return false;
  const closers = autoClosed.exec(now)?.[0] ?? '';
  for (let length = 1; length <= closers.length; length += 1) if (same(then, now.slice(length))) return true;
  return false;
}

/** The texts of the last places, found again when the user types what they say. No model work. */
export class SuggestionCache {
  private readonly trie: RadixTrie<Remembered>;

  /** @param capacity remembered texts; peers keep 100 to 250 */
  public constructor(capacity = 200) {
    this.trie = new RadixTrie(capacity);
  }

  public add({ fileKey, prefix, suffix }: Place, id: string, text: string): void {
    this.trie.set(keyOf(fileKey, prefix), { id, text, suffix });
  }

  /** What is left of a remembered text once the user has typed its beginning; the latest request's first. */
  public find({
    fileKey,
    prefix,
    suffix,
  }: Place): { readonly id: string; readonly text: string } | undefined {
    for (const { rest, value } of this.trie.find(keyOf(fileKey, prefix))) {
      const left = value.text.length - rest.length;
      if (left > 0 && value.text.startsWith(rest) && suffixFits(value.suffix, suffix, rest))
        return { id: value.id, text: value.text.slice(rest.length) };
    }
    return undefined;
  }

  public clear(): void {
    this.trie.clear();
  }
}

const keyOf = (fileKey: string, prefix: string) => `${fileKey}\u0000${prefix}`;
