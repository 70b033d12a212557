import type { Ask, Suggestion } from './ask.js';
import type { LineSource } from './text.js';

/** The same question once a suggestion has been taken: the document with its text in place, the cursor behind it. */
export function askAfter(ask: Ask, { text, before, after }: Suggestion): Ask {
  const { line, character } = ask.cursor;
  const current = ask.lines.lineAt(line);
  const taken = current.slice(0, character - before) + text;
  const changed = (taken + current.slice(character + after)).split('\n');
  const lines: LineSource = {
    lineCount: ask.lines.lineCount + changed.length - 1,
    lineAt: (at) =>
      at < line ? ask.lines.lineAt(at) : (changed[at - line] ?? ask.lines.lineAt(at - changed.length + 1)),
  };
  const behind = taken.split('\n');
  const cursor = { line: line + behind.length - 1, character: behind.at(-1)?.length ?? 0 };
  const { selected: _taken, ...rest } = ask;
  return { ...rest, trigger: 'automatic', lines, cursor };
}
