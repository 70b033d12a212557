import type { Suggestion } from './ask.js';
import { typedHeads } from './inserted.js';

/** A text that stands as ghost text or is one of its alternatives. Offsets are not kept, only what typing can be compared with. */
export interface Shown {
  readonly suggestion: Suggestion;
  /** What of the suggestion was not there yet when it was shown. */
  readonly missing: string;
}

/** What an edit did to the shown text. */
export type EditEffect =
  | { readonly kind: 'typed-on'; readonly missing: string }
  | { readonly kind: 'took-part'; readonly characters: number; readonly missing: string }
  | { readonly kind: 'took-all'; readonly characters: number }
  | { readonly kind: 'parted' };

/**
 * Judges an insertion while something is shown. VS Code tells nobody of a partial accept (vscode#172384); more than one
 * character of the shown text arriving at once is one. Brackets that the editor closed by itself are none of it.
 */
export function effectOf(missing: string, inserted: string): EditEffect {
  const head = inserted === '' ? undefined : typedHeads(inserted).find((one) => missing.startsWith(one));
  if (head === undefined) return { kind: 'parted' };
  const rest = missing.slice(head.length);
  if (rest === '') return { kind: 'took-all', characters: head.length };
  return head.length > 1
    ? { kind: 'took-part', characters: head.length, missing: rest }
    : { kind: 'typed-on', missing: rest };
}

/** What an edit left of the shown texts, the first of them standing as ghost text. */
export interface Left {
  readonly shown: readonly Shown[];
  /** Characters of a shown text that arrived at once, without all of it having come. */
  readonly tookPart: number | undefined;
}

/** The shown texts that go with an insertion. One that has come whole stays: its acceptance is told after the edit. */
export function leftAfter(shown: readonly Shown[], inserted: string): Left {
  let tookPart: number | undefined;
  const left = shown.flatMap((one): Shown[] => {
    const effect = effectOf(one.missing, inserted);
    if (effect.kind === 'parted') return [];
    if (effect.kind === 'took-all') return [one];
    if (effect.kind === 'took-part') tookPart ??= effect.characters;
    return [{ ...one, missing: effect.missing }];
  });
  const cameWhole = left.some(({ missing }) => missing === inserted);
  return { shown: left, tookPart: cameWhole ? undefined : tookPart };
}
