import { readReason } from './index.js';

const filled = (template: string, values: readonly string[]): string =>
  template.replace(/\{(\d)\}/gu, (whole, index: string) => values[Number(index)] ?? whole);

/**
 * A reason in the user's language. What stands in its places may be reasons as well, and so may what comes before and after
 * `: `, such as the name of a filter and what it says. Sentences that are not known stay as they are.
 * @param translate looks an English text up, and returns it where there is no translation
 */
export function reasonWords(sentence: string, translate: (english: string) => string): string {
  const read = readReason(sentence);
  if (read !== undefined)
    return filled(
      translate(read.reason),
      read.values.map((value) => reasonWords(value, translate)),
    );
  const [, head, tail] = /^(.+?): (.+)$/su.exec(sentence) ?? [];
  if (head === undefined || tail === undefined) return sentence;
  return `${head}: ${reasonWords(tail, translate)}`;
}
