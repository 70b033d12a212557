import assert from 'node:assert/strict';
import fc from 'fast-check';
import { askAfter } from '../../../src/editor/completion/core/after.js';
import { askAt } from './support.js';

describe('the question after a suggestion was taken', () => {
  it('sees the document as it will be', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', ' '), maxLength: 20 });
    fc.assert(
      fc.property(text, text, text, (before, suggested, after) => {
        const ask = askAt(`${before}|${after}`);
        const next = askAfter(ask, { id: '1', text: suggested, before: 0, after: 0 });
        const whole = Array.from({ length: next.lines.lineCount }, (_, line) => next.lines.lineAt(line));
        assert.equal(whole.join('\n'), before + suggested + after);
        const upTo = (before + suggested).split('\n');
        assert.deepEqual(next.cursor, { line: upTo.length - 1, character: upTo.at(-1)?.length });
      }),
    );
  });

  it('takes away what the suggestion replaces', () => {
    const next = askAfter(askAt('call(ab|)'), { id: '1', text: 'abc)', before: 2, after: 1 });
    assert.equal(next.lines.lineAt(0), 'call(abc)');
    assert.deepEqual(next.cursor, { line: 0, character: 9 });
  });
});
