import assert from 'node:assert/strict';
import type { Attachment } from '../../../src/contract/index.js';
import { appended } from '../../../src/editor/chat/core/appended.js';
import { ask, end, interrupted, newConversation } from '../../../src/editor/chat/core/conversation.js';
import { exportFileName, toMarkdown } from '../../../src/editor/chat/core/export.js';
import { promptOf, questionText } from '../../../src/editor/chat/core/prompt.js';
import { fits, searchable } from '../../../src/editor/chat/core/search.js';
import * as fc from 'fast-check';

const attachment: Attachment = {
  id: 'x',
  kind: 'selection',
  path: 'src/a.md',
  languageId: 'markdown',
  lines: { first: 3, last: 5 },
  text: 'text\n````\nfenced\n````',
  omitted: 12,
};
const conversation = ask(
  newConversation('c', 'New', 0),
  { id: 'q', text: 'Explain?', attachments: [attachment] },
  'a',
  0,
);

describe('what the model is sent', () => {
  it('is the system prompt, then the turns; an empty answer is left out', () => {
    assert.deepEqual(
      promptOf(conversation, 'Be brief.').map(({ role }) => role),
      ['system', 'user'],
    );
    assert.deepEqual(
      promptOf(conversation, '  ').map(({ role }) => role),
      ['user'],
    );
  });

  it('names path and lines, and fences an attachment so that its own fences stay inside', () => {
    assert.equal(
      questionText(conversation.messages[0]?.role === 'user' ? conversation.messages[0] : assert.fail()),
      'src/a.md, lines 3-5:\n`````markdown\ntext\n````\nfenced\n````\n… 12 characters left out\n`````\n\nExplain?',
    );
  });
});

const filled = (text: string, ...values: (string | number)[]) =>
  text.replace(/\{(\d)\}/gu, (_whole, index: string) => String(values[Number(index)]));

describe('export', () => {
  it('is markdown with attachments', () => {
    const text = toMarkdown(conversation, filled);
    assert.match(text, /^# Explain\?\n\n_1970-01-01_\n\n## You\n\nsrc\/a\.md, lines 3-5:/u);
    assert.match(text, /## Sparse Pilot/u);
  });

  it('has the numbers and the end of an answer in the words of the user', () => {
    const report = {
      model: 'm',
      mode: 'balanced',
      selector: 'chess',
      promptTokens: 9,
      reusedTokens: 0,
      tokens: 12,
      tokensPerSecond: 41.27,
      firstTokenMs: 30,
      density: 0.5,
      drafted: 8,
      accepted: 6,
      rollbacks: 1,
      stopReason: 'cancelled',
      notes: [],
    } as const;
    const ended = end(conversation, 'a', { state: interrupted, report }, 1);
    const shout = (text: string, ...values: (string | number)[]) => filled(text, ...values).toUpperCase();
    const [, , told] = toMarkdown(ended, shout).split('\n## ');
    assert.equal(
      told,
      'Sparse Pilot\n\n_INTERRUPTED._\n\n_m · BALANCED · 12 TOKENS · 41.3 TOKENS/S · DENSITY 0.50 · 6 OF 8 DRAFTED ACCEPTED · 1 ROLLED BACK_\n',
    );
  });

  it('has a file name that every system accepts', () => {
    assert.equal(exportFileName('What: does <load()> do?/..'), 'What-does-load-do.md');
    assert.equal(exportFileName('???'), 'conversation.md');
    assert.equal(exportFileName('Aux'), 'conversation.md');
    assert.equal(exportFileName('Résumé のデバッグ'), 'Résumé-のデバッグ.md');
    assert.equal(exportFileName(`${'a'.repeat(59)}-b`), `${'a'.repeat(59)}.md`);
  });
});

describe('search', () => {
  it('finds every word in title or messages, in any case', () => {
    assert.ok(fits(searchable(conversation), 'EXPLAIN'));
    assert.ok(fits(searchable(conversation), ''));
    assert.ok(!fits(searchable(conversation), 'explain nothing'));
  });
});

describe('posting a growing text', () => {
  it('sends what makes the new text from the old one', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (common, before, after) => {
        const change = appended(common + before, common + after);
        const old = common + before;
        assert.equal(old.slice(0, old.length - change.retract) + change.text, common + after);
      }),
    );
  });
});
