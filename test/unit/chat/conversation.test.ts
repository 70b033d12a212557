import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Attachment, Conversation } from '../../../src/contract/index.js';
import {
  answerOf,
  ask,
  askAgain,
  end,
  grow,
  newConversation,
  rename,
  revive,
  takeBack,
} from '../../../src/editor/chat/core/conversation.js';

const attachment: Attachment = {
  id: 'x',
  kind: 'file',
  path: 'a.ts',
  languageId: 'typescript',
  text: 'let a;',
  omitted: 0,
};
const asked = (text = 'Why?'): Conversation =>
  ask(newConversation('c', 'New', 1), { id: 'q', text, attachments: [attachment] }, 'a', 2);

describe('a conversation', () => {
  it('takes its title from the first question, on one line, until it is renamed', () => {
    assert.equal(asked('  What\n is   this? ').title, 'What is this?');
    assert.equal(asked('long '.repeat(40)).title.length, 60);
    const named = rename(newConversation('c', 'New', 1), ' Mine ');
    assert.equal(ask(named, { id: 'q', text: 'x', attachments: [] }, 'a', 2).title, 'Mine');
    assert.equal(rename(named, '   ').title, 'Mine');
  });

  it('grows by verified text, and what is not verified can be taken back', () => {
    const steps = [
      { text: 'It is ', verified: true },
      { text: 'redd', verified: false },
      { text: '', verified: false, retract: 2 },
      { text: 'ish', verified: false },
    ] as const;
    const grown = steps.reduce((all, step) => grow(all, 'a', { id: 'r', tokens: [], ...step }), asked());
    assert.equal(answerOf(grown, 'a')?.text, 'It is reish');
    assert.equal(answerOf(grown, 'a')?.verifiedLength, 6);
    const settled = grow(grown, 'a', { id: 'r', tokens: [], text: 'red.', verified: true, retract: 5 });
    assert.equal(answerOf(settled, 'a')?.text, 'It is red.');
    assert.equal(answerOf(settled, 'a')?.verifiedLength, 10);
  });

  it('never calls more verified than there is text, whatever the stream does', () => {
    const delta = fc.record({
      id: fc.constant('r'),
      tokens: fc.constant([]),
      text: fc.string({ maxLength: 6 }),
      verified: fc.boolean(),
      retract: fc.nat({ max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(delta), (deltas) => {
        const answer = answerOf(
          deltas.reduce((all, step) => grow(all, 'a', step), asked()),
          'a',
        );
        assert.ok(answer && answer.verifiedLength <= answer.text.length && answer.verifiedLength >= 0);
      }),
    );
  });

  it('is asked again from an answer, dropping it and all after it', () => {
    const longer = ask(
      end(asked(), 'a', { state: { kind: 'complete' } }, 3),
      { id: 'q2', text: '?', attachments: [] },
      'a2',
      4,
    );
    assert.deepEqual(
      askAgain(longer, 'a', 'b', 5)?.messages.map(({ id }) => id),
      ['q', 'b'],
    );
    assert.equal(askAgain(longer, 'q', 'b', 5), undefined, 'a question is not an answer');
    assert.equal(askAgain(longer, 'nowhere', 'b', 5), undefined);
  });

  it('gives back the attachments of a question that is edited', () => {
    const taken = takeBack(asked(), 'q');
    assert.deepEqual(taken?.attachments, [attachment]);
    assert.deepEqual(taken?.conversation.messages, []);
    assert.equal(takeBack(asked(), 'a'), undefined, 'an answer cannot be edited');
  });

  it('comes from disk with an interrupted answer marked as stopped', () => {
    const revived = revive(grow(asked(), 'a', { id: 'r', tokens: [], text: 'half', verified: true }));
    assert.deepEqual(answerOf(revived, 'a')?.state, { kind: 'stopped', interrupted: true });
    assert.equal(answerOf(revived, 'a')?.text, 'half');
  });
});
