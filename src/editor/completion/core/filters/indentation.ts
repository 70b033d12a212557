import { indentOf, isBlank } from '../text.js';
import { drop, keep, type Candidate, type Filter, type Verdict } from './filter.js';

/** How the file indents: tabs, or so many spaces. */
type Style = { readonly kind: 'tabs' } | { readonly kind: 'spaces'; readonly size: number } | undefined;

function styleOf(lines: readonly string[]): Style {
  const indents = lines.map(indentOf).filter((indent) => indent !== '');
  const tabs = indents.filter((indent) => indent.startsWith('\t')).length;
  if (indents.length === 0) return undefined;
  if (tabs * 2 > indents.length) return { kind: 'tabs' };
  const size = Math.min(...indents.filter((indent) => indent.length > 1).map((indent) => indent.length));
  return { kind: 'spaces', size: size === 2 || size === 8 ? size : 4 };
}

function restyled(line: string, style: Style): string {
  const indent = indentOf(line);
  if (style?.kind === 'spaces' && indent.includes('\t'))
    return indent.replaceAll('\t', ' '.repeat(style.size)) + line.slice(indent.length);
  if (style?.kind === 'tabs' && /^ {4}/.test(indent))
    return indent.replace(/ {4}/g, '\t') + line.slice(indent.length);
  return line;
}

function apply({ text, head, above, below }: Candidate): Verdict {
  const style = styleOf([...above, ...below]);
  const [first = '', ...rest] = text.split('\n');
  const trimmed = isBlank(head) && head !== '' ? first.replace(/^[\t ]+/, '') : first;
  if (isBlank(trimmed) && rest.every(isBlank)) return drop('nothing but indentation');
  return keep([trimmed, ...rest.map((line) => restyled(line, style))].join('\n'));
}

/** Indentation already typed is not doubled, and tabs and spaces follow the file. */
export const indentation: Filter = { id: 'indentation', apply };
