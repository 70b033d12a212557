const closerOf: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);
const closers = new Set(closerOf.values());

/** A bracket that closes nothing in the text, by its offset. */
export interface LooseCloser {
  readonly offset: number;
  readonly bracket: string;
}

export interface Brackets {
  /** Closers still owed at the end, the next one last. */
  readonly open: readonly string[];
  /** Closers that nothing in the text opened. */
  readonly loose: readonly LooseCloser[];
}

/** Texts within one line; a quote without its partner (an apostrophe) hides nothing. */
const quoted = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g;
/** The same where a single quote holds one character, or begins a lifetime (`&'a str`) and has no partner. */
const quotedCharacters = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.[^'\n]{0,9})'|`(?:[^`\\]|\\.)*`/gu;
const characterLanguages =
  /^(?:rust|c|cpp|cuda-cpp|objective-c|objective-cpp|csharp|java|kotlin|scala|go|swift|zig|d|haskell|ocaml)$/;

/** Brackets of a text without those in quotes. @param languageId decides what a single quote begins */
export function bracketsOf(text: string, languageId: string): Brackets {
  const literals = characterLanguages.test(languageId) ? quotedCharacters : quoted;
  const visible = text.replace(literals, (literal) => ' '.repeat(literal.length));
  const open: string[] = [];
  const loose: LooseCloser[] = [];
  for (let offset = 0; offset < visible.length; offset += 1) {
    const character = visible.charAt(offset);
    const closer = closerOf.get(character);
    if (closer !== undefined) open.push(closer);
    else if (closers.has(character)) {
      if (open.at(-1) === character) open.pop();
      else loose.push({ offset, bracket: character });
    }
  }
  return { open, loose };
}
