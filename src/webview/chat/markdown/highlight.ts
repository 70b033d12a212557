import hljs from 'highlight.js/lib/common';

/** Longer code is shown plain: colour is not worth a stutter. Characters. */
const longestHighlighted = 20_000;

/** Coloured HTML of a code block, or an empty string when it stays plain (markdown-it then escapes it itself). */
export function highlight(code: string, language: string): string {
  if (code.length > longestHighlighted || !hljs.getLanguage(language)) return '';
  return hljs.highlight(code, { language, ignoreIllegals: true }).value;
}
