/** Words that stand in every file say nothing about likeness. */
const common = new Set(
  'if else for while return const let var function class import from export def self this new public private static void int string true false null none in of is not and or the a to'.split(
    ' ',
  ),
);

/** The identifiers of a text and their parts (`readFile` is also `read` and `file`), lower case, without common words. */
export function wordSet(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [identifier] of text.matchAll(/[\p{L}_][\p{L}\p{N}_]+/gu)) {
    words.add(identifier.toLowerCase());
    for (const part of identifier.split(/_|(?<=\p{Ll})(?=\p{Lu})/u))
      if (part.length > 1) words.add(part.toLowerCase());
  }
  for (const word of common) words.delete(word);
  return words;
}

/** Jaccard similarity, 0..1; two empty sets have none. */
export function jaccard(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  let shared = 0;
  const [small, large] = left.size < right.size ? [left, right] : [right, left];
  for (const word of small) if (large.has(word)) shared += 1;
  const union = left.size + right.size - shared;
  return union === 0 ? 0 : shared / union;
}
