import { lookedUpCharacters } from '../../../contract/completion.js';
import type { Ask, CompletionOptions, FileFacts } from './ask.js';
import { around, type Around } from './around.js';
import { shapeAt, type Shape } from './shape.js';
import type { Syntax } from './syntax/syntax.js';
import { clampCursor } from './text.js';
import { textWindow, type WindowLimits } from './window.js';

/** Characters a token is taken to stand for when windows are cut; generous, the engine cuts to exact budgets. */
const charactersPerToken = 5;

/** An ask in the form that everything after it works with. A selected IntelliSense item counts as typed. */
export interface Situation extends Around {
  readonly file: FileFacts;
  readonly options: CompletionOptions;
  readonly trigger: Ask['trigger'];
  readonly line: number;
  readonly prefix: string;
  readonly suffix: string;
  readonly shape: Shape;
  /** More of the file than is sent to be read: what drafts may be looked up in. Reads the document when it is called. */
  readonly surroundings: () => { readonly before: string; readonly after: string };
  /** Text every suggestion begins with (the selected item), and the characters before the cursor it replaces. */
  readonly given: { readonly text: string; readonly before: number };
}

/** How much text around the cursor is sent, from the token budgets. */
export const windowLimits = (
  options: Pick<CompletionOptions, 'promptTokens' | 'suffixTokens'>,
): WindowLimits => ({
  prefix: options.promptTokens * charactersPerToken,
  suffix: options.suffixTokens * charactersPerToken,
});

/** Reads what is needed around the cursor; the only look at the document that a request takes. */
export function situate(ask: Ask, syntax: Syntax): Situation {
  const { lines, file, options, trigger } = ask;
  const cursor = clampCursor(lines, ask.cursor);
  const given = ask.selected ?? { text: '', before: 0 };
  const window = textWindow(lines, cursor, windowLimits(options));
  const { suffix } = window;
  const prefix = window.prefix.slice(0, window.prefix.length - given.before) + given.text;
  return {
    file,
    options,
    trigger,
    line: cursor.line,
    prefix,
    suffix,
    ...around(prefix, suffix),
    shape: shapeAt(lines, cursor, options, () =>
      syntax.cursorSyntax({ languageId: file.languageId, prefix, suffix }),
    ),
    surroundings: () => {
      const around = textWindow(lines, cursor, { prefix: lookedUpCharacters, suffix: lookedUpCharacters });
      return { before: around.prefix, after: around.suffix };
    },
    given,
  };
}
