import type { Ask, Suggestion } from './ask.js';
import type { Situation } from './situation.js';
import { isBlank, type LineSource } from './text.js';

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

/** What is prepared for the end of a line: the line break, and so many lines after it. */
const nextLines = 4;

/**
 * The same where the cursor ends a line: what comes next begins with a line break, so that Enter finds it too. One line only
 * would end before it, with nothing said.
 */
export function withNextLines(situation: Situation): Situation {
  const { options, shape, tail } = situation;
  if (shape.kind === 'block' || options.multiline !== 'auto' || !isBlank(tail)) return situation;
  const maxLines = Math.min(options.maxLines, nextLines);
  return maxLines < 2 ? situation : { ...situation, shape: { kind: 'block', maxLines } };
}
