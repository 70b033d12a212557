import assert from 'node:assert/strict';
import { joined } from '../../../src/editor/completion/core/joined.js';
import { linesOf } from '../../../src/editor/completion/core/text.js';

const textOf = ({ lines }: ReturnType<typeof joined>) =>
  Array.from({ length: lines.lineCount }, (_, line) => lines.lineAt(line)).join('\n');

describe('texts read as one', () => {
  it('follow each other with an empty line between', () => {
    const all = joined([linesOf('import a\nb = 1'), linesOf('c = 2')], linesOf('d = \ne'));
    assert.equal(textOf(all), 'import a\nb = 1\n\nc = 2\n\nd = \ne');
    assert.equal(all.before, 5);
    assert.equal(all.lines.lineAt(all.before), 'd = ');
  });

  it('one alone is as it is', () => {
    const alone = joined([], linesOf('x\ny'));
    assert.equal(textOf(alone), 'x\ny');
    assert.equal(alone.before, 0);
    assert.equal(alone.lines.lineAt(7), '');
  });
});
