import assert from 'node:assert/strict';
import fc from 'fast-check';
import { clampCursor, linesOf } from '../../../src/editor/completion/core/text.js';
import { textWindow } from '../../../src/editor/completion/core/window.js';

const document = fc
  .array(fc.string({ unit: fc.constantFrom('a', ' ', '\t', '🙂', '{', 'é'), maxLength: 30 }), {
    minLength: 1,
    maxLength: 120,
  })
  .map((lines) => lines.join('\n'));
/** No half of a surrogate pair. */
const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8') === text;
const limits = { prefix: 400, suffix: 100 };

describe('text window', () => {
  it('is the text around the cursor, within its limits, with no half characters', () => {
    fc.assert(
      fc.property(document, fc.nat(150), fc.nat(40), (text, line, character) => {
        const lines = linesOf(text);
        const cursor = clampCursor(lines, { line, character });
        const { prefix, suffix } = textWindow(lines, cursor, limits);
        assert.ok(text.includes(prefix + suffix));
        assert.ok(prefix.length <= limits.prefix && suffix.length <= limits.suffix);
        assert.ok(wellFormed(prefix) && wellFormed(suffix));
      }),
    );
  });

  it('starts in the same place while a line is typed', () => {
    const above = Array.from({ length: 300 }, (_, line) => `const value${line} = ${line};`);
    const starts = Array.from({ length: 60 }, (_, length) => {
      const lines = linesOf([...above, 'x'.repeat(length)].join('\n'));
      return textWindow(lines, { line: 300, character: length }, { prefix: 5120, suffix: 640 }).firstLine;
    });
    assert.ok(new Set(starts).size <= 2, `moved ${new Set(starts).size - 1} times in 60 keystrokes`);
  });

  it('cuts a line that alone is too long at a place that stays', () => {
    const starts = Array.from({ length: 50 }, (_, length) => {
      const line = '0123456789'.repeat(10_005).slice(0, 100_000 + length);
      return (
        100_000 +
        length -
        textWindow(linesOf(line), { line: 0, character: line.length }, limits).prefix.length
      );
    });
    assert.ok(new Set(starts).size <= 2);
  });

  it('reads CRLF, BOM and lone CR as lines', () => {
    const lines = linesOf('\uFEFFa\r\nb\rc\nd');
    assert.equal(lines.lineCount, 4);
    assert.equal(textWindow(lines, { line: 1, character: 1 }, limits).prefix, 'a\nb');
  });

  it('never puts a cursor inside a surrogate pair', () => {
    assert.deepEqual(clampCursor(linesOf('a🙂b'), { line: 0, character: 2 }), { line: 0, character: 1 });
  });
});
