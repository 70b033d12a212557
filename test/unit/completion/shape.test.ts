import assert from 'node:assert/strict';
import { Debounce } from '../../../src/editor/completion/core/debounce.js';
import { replacedAfter } from '../../../src/editor/completion/core/replaced.js';
import { shapeAt } from '../../../src/editor/completion/core/shape.js';
import { askAt } from './support.js';

const shape = (
  marked: string,
  syntax: 'code' | 'comment' | 'string' | 'unknown' = 'code',
  options: { multiline: 'auto' | 'never' | 'always'; maxLines: number } = { multiline: 'auto', maxLines: 12 },
) => {
  const { lines, cursor } = askAt(marked);
  return shapeAt(lines, cursor, options, () => syntax).kind;
};

describe('one line or a block', () => {
  for (const { name, marked, kind } of [
    { name: 'inside a line', marked: 'const a = |', kind: 'line' },
    { name: 'code right of the cursor', marked: 'f(|);', kind: 'line' },
    { name: 'an opened, empty block', marked: 'function f() {|\n}\n', kind: 'block' },
    { name: 'an opened Python block', marked: 'def f():|\n\nx = 1', kind: 'block' },
    { name: 'a block that has a body', marked: 'function f() {|\n  return 1;\n}\n', kind: 'line' },
    { name: 'an empty line', marked: 'a();\n|\nb();', kind: 'block' },
    { name: 'an indented empty line', marked: 'if (a) {\n  |\n}', kind: 'block' },
    { name: 'the end of a statement', marked: 'const a = 1;|', kind: 'line' },
  ] as const)
    it(`${name}: ${kind}`, () => assert.equal(shape(marked), kind));

  it('comments and texts are one line', () => {
    assert.equal(shape('// a\n|', 'comment'), 'line');
    assert.equal(shape('`a\n|`', 'string'), 'line');
  });

  it('asks the parser only where the answer hangs on it', () => {
    const neverAsked = (marked: string) => {
      const { lines, cursor } = askAt(marked);
      return shapeAt(lines, cursor, { multiline: 'auto', maxLines: 12 }, () =>
        assert.fail(`a parse for ${JSON.stringify(marked)}`),
      ).kind;
    };
    for (const marked of ['const a = |', 'f(|);', 'a.b|', 'if (a) {|\n  b();\n}', '|x'])
      assert.equal(neverAsked(marked), 'line');
  });

  it('settings decide', () => {
    assert.equal(shape('{|', 'code', { multiline: 'never', maxLines: 12 }), 'line');
    assert.equal(shape('{|', 'code', { multiline: 'auto', maxLines: 1 }), 'line');
    assert.equal(shape('a = |b', 'code', { multiline: 'always', maxLines: 5 }), 'block');
  });
});

describe('what a text replaces right of the cursor', () => {
  for (const [text, tail, count] of [
    ['a', '', 0],
    ['x)', ')', 1],
    ['x);', ');', 2],
    ['x', ')', 0],
    ['x)', ');', 1],
    ['f(x)', ')', 0],
    ['{ a: 1 }', '}', 0],
    ['a: 1 }', '}', 1],
    ['"x"', '"', 0],
    ['x"', '"', 1],
    ['x")', '")', 2],
  ] as const)
    it(`${JSON.stringify(text)} before ${JSON.stringify(tail)}: ${count}`, () =>
      assert.equal(replacedAfter(text, tail, 'typescript'), count));
});

describe('adaptive wait', () => {
  const typing = (intervalMs: number) => {
    const debounce = new Debounce();
    for (let key = 0; key < 60; key += 1) debounce.keystroke(key * intervalMs);
    return debounce;
  };

  it('calmer waits longer, whatever the rhythm', () => {
    const tempers = ['eager', 'brisk', 'balanced', 'relaxed', 'calm'] as const;
    for (const interval of [60, 200, 600]) {
      const waits = tempers.map((eagerness) => typing(interval).waitMs(eagerness, 'x'));
      assert.deepEqual(
        waits.toSorted((left, right) => left - right),
        waits,
      );
      assert.equal(waits[0], 0);
    }
  });

  it('slow typing waits longer than fast typing; a slow engine is asked sooner', () => {
    assert.ok(typing(400).waitMs('relaxed', 'x') > typing(100).waitMs('relaxed', 'x'));
    const slow = typing(300);
    const before = slow.waitMs('balanced', 'x');
    for (let answer = 0; answer < 20; answer += 1) slow.answered(800);
    assert.ok(slow.waitMs('balanced', 'x') < before);
  });

  it('a pause is no rhythm', () => {
    const debounce = typing(100);
    const before = debounce.waitMs('relaxed', 'x');
    debounce.keystroke(1e6);
    assert.equal(debounce.waitMs('relaxed', 'x'), before);
  });

  it('where an argument begins it is shorter', () => {
    const debounce = typing(300);
    assert.ok(debounce.waitMs('relaxed', 'call(') < debounce.waitMs('relaxed', 'call'));
  });
});
