import type { Place } from './place.js';

/** What an editor adds by itself behind what was typed: closers, and the blanks that Enter between brackets makes. */
const addedByItself = /^[)\]}"'`>\s]+$/;

/** What may have been typed of an insertion that arrived as one: all of it, or a head of it before closers and blanks. Longest first. */
export function typedHeads(inserted: string): readonly string[] {
  const heads = [inserted];
  for (let length = inserted.length - 1; length > 0; length -= 1) {
    if (!addedByItself.test(inserted.slice(length))) break;
    heads.push(inserted.slice(0, length));
  }
  return heads;
}

/**
 * Where the cursor may stand after an insertion: behind it, or before the closers in it (`call(` arrives as `()`, the cursor
 * between them; nothing tells).
 * @param behind the place behind the whole insertion
 */
export function placesAfter(behind: Place, inserted: string): readonly [Place, ...Place[]] {
  const [, ...heads] = typedHeads(inserted);
  const before = heads.flatMap((head): Place[] => {
    const rest = inserted.slice(head.length);
    if (!behind.prefix.endsWith(rest)) return [];
    return [{ ...behind, prefix: behind.prefix.slice(0, -rest.length), suffix: rest + behind.suffix }];
  });
  return [behind, ...before];
}
