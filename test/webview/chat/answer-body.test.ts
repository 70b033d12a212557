import '../dom.js';
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { AnswerBody, heldBack } from '../../../src/webview/chat/markdown/answer-body.js';
import { splitBlocks } from '../../../src/webview/chat/markdown/blocks.js';

const sample = [
  '# Title',
  'A paragraph with **bold** and `code`.',
  '1. one\n2. two\n\n3. three',
  '```ts\nconst a = 1;\n\nconst b = 2;\n```',
  '> quoted\n> more',
  '| a | b |\n|---|---|\n| 1 | 2 |',
  'Done.',
].join('\n\n');

function shownAtOnce(text: string): HTMLElement {
  const container = document.createElement('div');
  new AnswerBody(container).show({ text, verifiedLength: text.length, streaming: false });
  return container;
}

describe('an answer as it grows', () => {
  it('ends as it would have been rendered in one go, wherever it was cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 40 }), (sizes) => {
        const container = document.createElement('div');
        const body = new AnswerBody(container);
        let end = 0;
        for (const size of sizes) {
          end = Math.min(sample.length, end + size);
          body.show({ text: sample.slice(0, end), verifiedLength: end, streaming: true });
        }
        body.show({ text: sample, verifiedLength: sample.length, streaming: false });
        assert.equal(container.innerHTML, shownAtOnce(sample).innerHTML);
      }),
      { numRuns: 6 },
    );
  });

  it('renders again only what changed', () => {
    const container = document.createElement('div');
    const body = new AnswerBody(container);
    body.show({ text: sample, verifiedLength: sample.length, streaming: true });
    const first = container.firstElementChild;
    const before = body.renderedBlocks;
    for (let length = 1; length <= 20; length += 1) {
      const text = `${sample} ${'x'.repeat(length)}`;
      body.show({ text, verifiedLength: text.length, streaming: true });
    }
    assert.equal(container.firstElementChild, first, 'the first block stayed the same element');
    assert.equal(body.renderedBlocks - before, 20, 'one block a step');
  });

  it('follows text that is taken back, also over a block’s edge', () => {
    const container = document.createElement('div');
    const body = new AnswerBody(container);
    body.show({ text: 'Keep.\n\nWrong one.\n\nWrong two.', verifiedLength: 5, streaming: true });
    body.show({ text: 'Keep.\n\nRight.', verifiedLength: 13, streaming: true });
    assert.equal(container.textContent?.trim().replace(/\s+/gu, ' '), 'Keep. Right.');
    assert.equal(container.querySelector('.provisional'), null);
  });

  it('never shows a paragraph as a heading because a list item is about to begin', () => {
    assert.equal(heldBack('Steps:\n-'), 'Steps:\n');
    assert.equal(heldBack('Steps:\n- first'), 'Steps:\n- first');
    assert.equal(heldBack('a\n1.'), 'a\n');
    const container = document.createElement('div');
    new AnswerBody(container).show({ text: 'Steps:\n-', verifiedLength: 8, streaming: true });
    assert.equal(container.querySelector('h2'), null);
  });

  it('cuts into blocks without gaps', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '\n', '\n\n', '- b', '```', '> ', '    ', '| x |', '# h')),
        (parts) => {
          const text = parts.join('');
          const spans = splitBlocks(text);
          assert.equal(spans.map(({ start, end }) => text.slice(start, end)).join(''), text);
        },
      ),
    );
  });
});

describe('provisional text', () => {
  const provisional = (text: string, verifiedLength: number) => {
    const container = document.createElement('div');
    new AnswerBody(container).show({ text, verifiedLength, streaming: true });
    return [...container.querySelectorAll('.provisional')].map((span) => span.textContent).join('');
  };

  it('is marked from the first unverified character on', () => {
    assert.equal(provisional('Checked words, guessed words.', 15), ' guessed words.');
  });

  it('is marked through markup and code', () => {
    assert.equal(provisional('Some **bold** text and `code` here', 13), ' text and code here');
    assert.equal(provisional('```js\nlet a = 1;\nlet b = 2;\n```', 17).trim(), 'let b = 2;');
  });

  it('is marked in every later block, and not in verified ones', () => {
    assert.equal(provisional('First.\n\nSecond.\n\nThird.', 8), 'Second.Third.');
    assert.equal(provisional('All checked.', 12), '');
  });

  it('counts characters the same when lines end in CRLF', () => {
    assert.equal(provisional('One.\r\n\r\nTwo. Three.', 12), ' Three.');
  });
});
