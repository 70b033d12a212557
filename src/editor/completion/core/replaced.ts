import { bracketsOf } from './brackets.js';

const isQuote = (character: string) => character === '"' || character === "'" || character === '`';
const countOf = (character: string, text: string) => text.split(character).length - 1;

/** Whether the end of `text` is `tail` itself, and not the end of something that `text` began. */
function endsWithTail(text: string, tail: string, languageId: string): boolean {
  const closers = [...tail].filter((character) => ')]}'.includes(character)).length;
  const quotes = [...tail].filter(isQuote);
  return (
    text.endsWith(tail) &&
    bracketsOf(text, languageId).loose.length >= closers &&
    quotes.every((quote) => countOf(quote, text) % 2 === 1)
  );
}

/**
 * How many characters right of the cursor the text stands for: `)` after `(` when the text brings its own `)`. VS Code shows
 * ghost text only where what is replaced is contained in the text, in order.
 */
export function replacedAfter(text: string, tail: string, languageId: string): number {
  const line = text.split('\n', 1)[0] ?? '';
  const rest = tail.trimEnd();
  if (rest === '') return text.includes('\n') ? tail.length : 0;
  if (endsWithTail(line, rest, languageId)) return rest.length;
  const loose = bracketsOf(text, languageId).loose.map((closer) => closer.bracket);
  let count = 0;
  while (count < rest.length && loose.length > 0 && rest.charAt(count) === loose[0]) {
    loose.shift();
    count += 1;
  }
  return count;
}
