import { reasonWords } from '../../contract/reasons/words.js';

/**
 * The translated strings the editor put on the page (`data-l10n` of the root, written by src/editor/webview/html.ts from
 * `vscode.l10n.bundle`), by their English text. Empty when the editor speaks English.
 */
let bundle: ReadonlyMap<string, string> | undefined;

function load(): ReadonlyMap<string, string> {
  const strings = new Map<string, string>();
  const parsed: unknown = JSON.parse(document.getElementById('root')?.dataset['l10n'] ?? '{}');
  if (typeof parsed !== 'object' || parsed === null) return strings;
  for (const [english, translated] of Object.entries(parsed)) {
    if (typeof translated === 'string') strings.set(english, translated);
  }
  return strings;
}

function translated(english: string): string {
  bundle ??= load();
  return bundle.get(english) ?? english;
}

/** A reason that the engine gives, in the user's language. */
export const reason = (sentence: string): string => reasonWords(sentence, translated);

/**
 * The translation of an English text, or the text itself; `{0}`, `{1}` … are replaced by the arguments.
 * The English text is the key in l10n/bundle.l10n.*.json.
 */
export function t(english: string, ...values: readonly (string | number)[]): string {
  const pattern = translated(english);
  return pattern.replace(/\{(\d+)\}/gu, (whole, index: string) => String(values[Number(index)] ?? whole));
}
