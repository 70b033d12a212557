import { bracketsOf } from './brackets.js';

/**
 * How many characters right of the cursor the text stands for: `)` after `(` when the text brings its own `)`. VS Code shows
 * ghost text only where what is replaced is contained in the text, in order.
 */
export function replacedAfter(text: string, tail: string): number {
  const line = text.split('\n', 1)[0] ?? '';
  const rest = tail.trimEnd();
  if (rest === '') return text.includes('\n') ? tail.length : 0;
  if (line.endsWith(rest)) return rest.length;
  const loose = bracketsOf(text).loose.map((closer) => closer.bracket);
  let count = 0;
  while (count < rest.length && loose.length > 0 && rest.charAt(count) === loose[0]) {
    loose.shift();
    count += 1;
  }
  return count;
}
