import assert from 'node:assert/strict';
import fc from 'fast-check';
import { blockEnd } from '../../../src/editor/completion/core/stop/block-end.js';
import { StreamedText } from '../../../src/editor/completion/core/stop/stream.js';

/** `text` as the model says it; the block is what stands before the `▮`. */
const golden = [
  {
    name: 'the line that closes an opened block is its last',
    head: 'function f() {',
    text: '\n  return 1;\n}▮\n\nfunction g() {\n',
  },
  {
    name: 'else goes on',
    head: '  if (a) {',
    text: '\n    b();\n  } else {\n    c();\n  }▮\n  d();\n',
  },
  {
    name: 'a Python block ends where the indentation does',
    head: 'def f(x):',
    text: '\n    y = x\n\n    return y▮\n\ndef g():',
  },
  {
    name: 'a dedent inside a body ends the body',
    head: '    ',
    text: 'a = 1\n    b = 2▮\nc = 3',
  },
  {
    name: 'from a statement with a block: that statement',
    head: '  ',
    text: 'for (const x of y) {\n    f(x);\n  }▮\n  for (const z of y) {\n',
  },
  {
    name: 'plain statements run on to the empty line',
    head: '  ',
    text: 'a();\n  b();▮\n\n  c();\n',
  },
  {
    name: 'Ruby',
    head: 'def f(x)',
    text: '\n  1\nend▮\n',
  },
] as const;

describe('block end', () => {
  for (const { name, head, text } of golden)
    it(name, () => {
      assert.equal(blockEnd(text.replace('▮', ''), { head }), text.indexOf('▮'));
    });

  it('goes on while the block does', () => {
    assert.equal(blockEnd('\n  a();\n  b();', { head: 'f() {' }), undefined);
    assert.equal(blockEnd('a', { head: '' }), undefined);
  });

  it('once over, it stays over at the same place however much more comes', () => {
    const line = fc.tuple(
      fc.constantFrom('', '  ', '    ', '\t'),
      fc.constantFrom('a();', '}', 'if (b) {', ''),
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('', '  ', 'f() {', '  x:'), (lines, head) => {
        const text = lines.map(([indent, code]) => indent + code).join('\n');
        const ends = Array.from({ length: text.length + 1 }, (_, length) =>
          blockEnd(text.slice(0, length), { head }),
        );
        const first = ends.findIndex((end) => end !== undefined);
        if (first >= 0) for (const end of ends.slice(first)) assert.equal(end, ends[first]);
      }),
    );
  });
});

describe('streamed text', () => {
  const stream = (shape: { kind: 'line' } | { kind: 'block'; maxLines: number }, now = () => 0) =>
    new StreamedText({ shape, start: { head: 'f() {' }, timeBudgetMs: 100, now });

  it('a line ends at its newline', () => {
    const text = stream({ kind: 'line' });
    assert.equal(text.push({ text: 'ab' }), false);
    assert.equal(text.push({ text: 'c\nd' }), true);
    assert.equal(text.text, 'abc');
  });

  it('takes back what a check has rejected', () => {
    const text = stream({ kind: 'line' });
    text.push({ text: 'abc' });
    text.push({ text: 'x', retract: 2 });
    assert.equal(text.text, 'ax');
  });

  it('ends at the most lines', () => {
    const text = stream({ kind: 'block', maxLines: 3 });
    assert.equal(text.push({ text: '\n  a\n  b\n  c' }), true);
    assert.equal(text.text, '\n  a\n  b');
    assert.equal(text.rule, 'max-lines');
  });

  it('ends at whole lines once the time after the first line is up', () => {
    let time = 0;
    const text = stream({ kind: 'block', maxLines: 99 }, () => time);
    assert.equal(text.push({ text: ' // first\n  a();' }), false);
    time = 101;
    assert.equal(text.push({ text: '\n  b();' }), true);
    assert.equal(text.text, ' // first\n  a();');
  });

  it('leaves out a line that was broken off, unless it is the only one', () => {
    const block = stream({ kind: 'block', maxLines: 99 });
    block.push({ text: ' // x\n  a();\n  b(' });
    assert.equal(block.end('max-tokens'), ' // x\n  a();');
    const eos = stream({ kind: 'block', maxLines: 99 });
    eos.push({ text: '\n  a();\n  b()' });
    assert.equal(eos.end('eos'), '\n  a();\n  b()');
    const line = stream({ kind: 'line' });
    line.push({ text: 'abc' });
    assert.equal(line.end('max-tokens'), 'abc');
  });
});
