import type { Suggestion } from './ask.js';

/** What stands as ghost text, and where: offsets are not kept, only what typing can be compared with. */
export interface Shown {
  readonly fileKey: string;
  readonly languageId: string;
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
 * character of the shown text arriving at once is one.
 */
export function effectOf(missing: string, inserted: string): EditEffect {
  if (inserted === '' || !missing.startsWith(inserted)) return { kind: 'parted' };
  const rest = missing.slice(inserted.length);
  if (rest === '') return { kind: 'took-all', characters: inserted.length };
  return inserted.length > 1
    ? { kind: 'took-part', characters: inserted.length, missing: rest }
    : { kind: 'typed-on', missing: rest };
}
