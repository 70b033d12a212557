import assert from 'node:assert/strict';
import type { ChatViewMessage, ChatViewState } from '../../../src/contract/index.js';
import { check } from '../../../src/border/check.js';
import { chatAction } from '../../../src/border/chat-actions.js';
import { chatViewMessage } from '../../../src/border/chat-view-messages.js';
import { fileQuery, searchingPicker, withoutFileQuery } from '../../../src/webview/chat/local.js';
import { reduce } from '../../../src/webview/chat/state.js';

const state: ChatViewState = {
  engine: { kind: 'asleep' },
  conversations: [],
  active: {
    id: 'c',
    title: 'Title',
    messages: [
      { role: 'user', id: 'q', text: 'Why?', attachments: [] },
      { role: 'assistant', id: 'a', text: 'Because', verifiedLength: 7, state: { kind: 'streaming' } },
    ],
  },
  attachments: [],
  usage: null,
  systemPrompt: '',
  draft: '',
};

function after(...messages: readonly ChatViewMessage[]): ChatViewState {
  const result = messages.reduce<ChatViewState | undefined>(reduce, state);
  assert.ok(result);
  return result;
}

describe('the page’s state', () => {
  it('has no effect before the first snapshot', () => {
    assert.equal(reduce(undefined, { type: 'usage', usage: null }), undefined);
    assert.equal(reduce(undefined, { type: 'snapshot', state }), state);
  });

  it('takes text back and appends', () => {
    const result = after({
      type: 'append',
      conversationId: 'c',
      messageId: 'a',
      retract: 5,
      text: 'ar it',
      verifiedLength: 2,
    });
    assert.deepEqual(result.active.messages[1], {
      role: 'assistant',
      id: 'a',
      text: 'Bear it',
      verifiedLength: 2,
      state: { kind: 'streaming' },
    });
  });

  it('ignores an answer that grows in another conversation', () => {
    const elsewhere = {
      type: 'append',
      conversationId: 'other',
      messageId: 'a',
      retract: 0,
      text: 'x',
      verifiedLength: 0,
    } as const;
    assert.equal(after(elsewhere).active, state.active);
  });

  it('replaces a message with the same id and adds a new one', () => {
    const done = {
      role: 'assistant',
      id: 'a',
      text: 'Because.',
      verifiedLength: 8,
      state: { kind: 'complete' },
    } as const;
    const next = { role: 'user', id: 'q2', text: 'And?', attachments: [] } as const;
    const { messages } = after(
      { type: 'message', conversationId: 'c', message: done },
      { type: 'message', conversationId: 'c', message: next },
    ).active;
    assert.deepEqual(
      messages.map(({ id, text }) => [id, text]),
      [
        ['q', 'Why?'],
        ['a', 'Because.'],
        ['q2', 'And?'],
      ],
    );
  });

  it('a search result does not replace the list of all', () => {
    assert.equal(
      after({ type: 'conversations', query: 'x', conversations: [] }).conversations,
      state.conversations,
    );
  });
});

describe('messages from the editor', () => {
  it('pass when they fit the contract', () => {
    assert.deepEqual(check(chatViewMessage, { type: 'snapshot', state }), {
      ok: true,
      value: { type: 'snapshot', state },
    });
  });

  it('are refused with the place of the fault', () => {
    const bad = {
      type: 'engine',
      engine: { kind: 'loading', model: 'm', step: 'weights', percent: Number.NaN },
    };
    const checked = check(chatViewMessage, bad);
    assert.ok(!checked.ok);
    assert.match(checked.reason, /percent/u);
    assert.ok(!check(chatViewMessage, { type: 'unknown' }).ok);
    assert.ok(!check(chatViewMessage, null).ok);
  });
});

describe('messages from the page', () => {
  it('name conversations by ids that cannot lead out of their folder', () => {
    for (const type of ['open', 'delete', 'export'] as const) {
      assert.ok(check(chatAction, { type, id: '0b1a-42' }).ok);
      for (const id of ['../settings', 'a/b', '', 'a.b']) assert.ok(!check(chatAction, { type, id }).ok, id);
    }
    assert.ok(!check(chatAction, { type: 'rename', id: '..', title: 'x' }).ok);
  });
});

describe('naming a file with #', () => {
  it('offers what was found before only as far as it fits what is typed now', () => {
    const files = [
      { id: '1', name: 'Load.ts', folder: 'src' },
      { id: '2', name: 'save.ts', folder: 'src/disk' },
    ];
    const before = { query: '', files, index: 1, searching: false };
    const narrowed = searchingPicker('loa', before);
    assert.deepEqual(narrowed, { query: 'loa', files: files.slice(0, 1), index: 0, searching: true });
    assert.deepEqual(searchingPicker('disk/s', before).files, files.slice(1));
    assert.deepEqual(searchingPicker('x', null).files, []);
  });

  it('is seen right before the caret only, and not inside a word', () => {
    assert.equal(fileQuery('look at #src/a', 14), 'src/a');
    assert.equal(fileQuery('#', 1), '');
    assert.equal(fileQuery('issue#12', 8), null);
    assert.equal(fileQuery('#done now', 9), null);
  });

  it('leaves the text without the name once chosen', () => {
    assert.equal(withoutFileQuery('look at #load and', 13), 'look at  and');
  });
});
