import type { CursorSyntax } from '../shape.js';

/** A place in the source as the parser sees it. */
export interface SyntaxPlace {
  readonly languageId: string;
  /** Text before the cursor, from a line's start. */
  readonly prefix: string;
  readonly suffix: string;
}

/** What is asked of a parser. Every answer may be "don't know"; none may take more than a few milliseconds. */
export interface Syntax {
  /** Starts loading the grammar of a language, once. */
  prepare(languageId: string): void;
  cursorSyntax(place: SyntaxPlace): CursorSyntax;
  /** Syntax errors with `text` at the place minus those without it; `undefined` where the language is not known. */
  addedErrors(place: SyntaxPlace, text: string): number | undefined;
}

/** No parser: everything is judged by indentation and brackets. */
export const noSyntax: Syntax = {
  prepare: () => undefined,
  cursorSyntax: () => 'unknown',
  addedErrors: () => undefined,
};
