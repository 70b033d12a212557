import assert from 'node:assert/strict';
import type {
  AssistantMessage,
  ChatMessage,
  ChatViewMessage,
  ChatViewState,
  ConversationSummary,
  EngineErrorCode,
  GenerateDelta,
  GenerateResult,
  StopReason,
} from '../../../src/contract/index.js';
import { check } from '../../../src/border/check.js';
import { chatViewMessage } from '../../../src/border/chat-view-messages.js';
import { ChatController } from '../../../src/editor/chat/controller.js';
import { failureOf } from '../../../src/editor/chat/core/failure.js';
import type { ChatEngine, ChatWorld } from '../../../src/editor/chat/ports.js';
import { ConversationStore } from '../../../src/editor/chat/store/conversation-store.js';
import { reduce } from '../../../src/webview/chat/state.js';

const result = (stopReason: StopReason, text: string): GenerateResult => ({
  text,
  outcome: 'shown',
  stopReason,
  tokens: { prompt: 10, reused: 4, generated: 3 },
  timings: { loadMs: 0, prefillMs: 1, firstTokenMs: 2, decodeMs: 3, tokensPerSecond: 40 },
  sparsity: { selector: 'none', density: 1, densityPerLayer: [] },
  speculation: { drafted: 0, accepted: 0, verifies: 0, rollbacks: 0, off: 'nothing to gain' },
  model: { id: 'm', path: '/m', sha256: '', architecture: 'llama', quantisation: 'Q4_1' },
});

class Broken extends Error {
  constructor(readonly code: EngineErrorCode) {
    super(`it was ${code}`);
  }
}

/** A controller with an engine whose answers the test ends by hand, and the page's own reducer at the other side. */
function setUp() {
  const texts = new Map<string, string>();
  const answers: {
    readonly messages: readonly ChatMessage[];
    readonly say: (text: string, more?: Partial<GenerateDelta>) => void;
    readonly signal: AbortSignal;
    readonly end: (stopReason: StopReason, text?: string) => void;
    readonly fail: (code: EngineErrorCode) => void;
  }[] = [];
  const engine: ChatEngine = {
    state: { kind: 'no-model' },
    mode: 'exact',
    answer: (messages, onDelta, signal) =>
      new Promise((resolve, reject) => {
        let said = '';
        signal.addEventListener('abort', () => resolve(result('cancelled', said)));
        answers.push({
          messages,
          signal,
          say(text, more) {
            said += text;
            onDelta({ id: 'r', tokens: [], text, verified: true, ...more });
          },
          end: (stopReason, text = said) => resolve(result(stopReason, text)),
          fail: (code) => reject(new Broken(code)),
        });
      }),
    usage: (messages) => Promise.resolve({ tokens: messages.length, contextSize: 100, droppedTurns: 0 }),
    contextFull: { code: 'context-full', message: 'full' },
    warmUp: () =>
      Promise.resolve(failureOf({ code: 'no-model', message: 'The model has not been downloaded yet.' })),
    explain: (error) =>
      error instanceof Broken ? { code: error.code, message: error.message } : assert.fail(String(error)),
  };
  let page: ChatViewState | undefined;
  let found: readonly ConversationSummary[] = [];
  let count = 0;
  const world: ChatWorld = {
    systemPrompt: () => 'Be brief.',
    newId: () => `id${(count += 1)}`,
    now: () => 1000 + count,
    untitled: () => 'New conversation',
    post(message: ChatViewMessage) {
      assert.deepEqual(
        check(chatViewMessage, message),
        { ok: true, value: message },
        'every message passes the border',
      );
      page = reduce(page, message);
      if (message.type === 'conversations' && message.query !== '') found = message.conversations;
    },
    later(_, run) {
      const timer = setImmediate(run);
      return () => clearImmediate(timer);
    },
  };
  const store = new ConversationStore(
    {
      list: () => Promise.resolve([...texts.keys()]),
      read: (name) => Promise.resolve(texts.get(name)),
      write: (name, text) => Promise.resolve(void texts.set(name, text)),
      remove: (name) => Promise.resolve(void texts.delete(name)),
    },
    assert.fail,
  );
  const chat = new ChatController(engine, world, store);
  return {
    chat,
    store,
    /** The chat after a restart of the editor, on the same files. */
    restarted: () => new ChatController(engine, world, store),
    answers,
    answer: (index: number) => answers[index] ?? assert.fail(`there is no answer ${index}`),
    /** What the last search found. */
    found: () => found,
    page: () => page ?? assert.fail('no snapshot yet'),
    last(): AssistantMessage {
      const message = page?.active.messages.at(-1);
      return message?.role === 'assistant' ? message : assert.fail('the last message is no answer');
    },
  };
}

const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('the chat', () => {
  it('streams an answer to the page and keeps it', async () => {
    const { chat, page, last, answer, store } = setUp();
    await chat.show();
    chat.send('Hello');
    answer(0).say('Hi ');
    await settle();
    assert.equal(last().text, 'Hi ');
    assert.equal(last().state.kind, 'streaming');
    answer(0).say('there');
    answer(0).end('eos');
    await settle();
    assert.equal(last().text, 'Hi there');
    assert.equal(last().state.kind, 'complete');
    assert.equal(last().report?.tokensPerSecond, 40);
    assert.deepEqual(last().report?.notes, ['nothing to gain']);
    assert.deepEqual(
      page().conversations.map(({ title }) => title),
      ['Hello'],
    );
    const stored = await store.load(page().active.id);
    assert.equal(stored?.messages.at(-1)?.text, 'Hi there');
  });

  it('ends with the engine’s final text, also where the stream lost some of it', async () => {
    const { chat, last, answer } = setUp();
    await chat.show();
    chat.send('Hello');
    answer(0).end('max-tokens', 'All of it.');
    await settle();
    assert.equal(last().text, 'All of it.');
    assert.equal(last().verifiedLength, 10);
  });

  it('sends the history with the next question', async () => {
    const { chat, answer } = setUp();
    await chat.show();
    chat.send('One');
    answer(0).say('First.');
    answer(0).end('eos');
    await settle();
    chat.send('Two');
    assert.deepEqual(answer(1).messages, [
      { role: 'system', text: 'Be brief.' },
      { role: 'user', text: 'One' },
      { role: 'assistant', text: 'First.' },
      { role: 'user', text: 'Two' },
    ]);
  });

  it('keeps the text so far when the engine dies, says why, and retry works', async () => {
    const { chat, page, last, answer } = setUp();
    await chat.show();
    chat.send('Hello');
    answer(0).say('Half an ans');
    await settle();
    answer(0).fail('engine-down');
    await settle();
    const { state } = last();
    assert.equal(last().text, 'Half an ans');
    assert.ok(state.kind === 'failed');
    assert.equal(state.failure.message, 'it was engine-down');
    assert.equal(state.failure.steps[0], 'retry');
    chat.retry();
    answer(1).say('Whole answer.');
    answer(1).end('eos');
    await settle();
    assert.equal(last().text, 'Whole answer.');
    assert.equal(page().active.messages.length, 2);
  });

  it('stops on demand, and the engine hears of it', async () => {
    const { chat, last, answer } = setUp();
    await chat.show();
    chat.send('Hello');
    answer(0).say('Some');
    chat.stop();
    await settle();
    assert.ok(answer(0).signal.aborted);
    assert.equal(last().state.kind, 'stopped');
    assert.equal(last().text, 'Some');
  });

  it('leaves no ghost of an answer that was replaced while it streamed', async () => {
    const { chat, page, last, answer, store } = setUp();
    await chat.show();
    chat.send('Hello');
    answer(0).say('Old');
    await settle();
    chat.regenerate(last().id);
    answer(0).say(' older');
    answer(1).say('New');
    answer(1).end('eos');
    await settle();
    assert.ok(answer(0).signal.aborted);
    assert.deepEqual(
      page().active.messages.map(({ text }) => text),
      ['Hello', 'New'],
    );
    assert.equal((await store.load(page().active.id))?.messages.length, 2);
  });

  it('edits a question in place and drops what followed', async () => {
    const { chat, page, answer } = setUp();
    await chat.show();
    chat.send('Frist');
    answer(0).end('eos');
    await settle();
    const question = page().active.messages[0] ?? assert.fail();
    chat.edit(question.id, 'First');
    answer(1).end('eos');
    await settle();
    assert.deepEqual(
      page().active.messages.map(({ text }) => text),
      ['First', ''],
    );
    assert.deepEqual(answer(1).messages.at(-1), { role: 'user', text: 'First' });
  });

  it('goes on answering in a conversation that is not open', async () => {
    const { chat, page, last, answer } = setUp();
    await chat.show();
    chat.send('Long one');
    const first = page().active.id;
    answer(0).say('Part');
    chat.startNew();
    assert.notEqual(page().active.id, first);
    answer(0).say(' two');
    answer(0).end('eos');
    await settle();
    assert.equal(page().active.messages.length, 0);
    await chat.open(first);
    assert.equal(last().text, 'Part two');
    assert.equal(last().state.kind, 'complete');
  });

  it('says that there is no model once that is known, with a way out', async () => {
    const { chat, page, answer } = setUp();
    await chat.show();
    assert.equal(page().engine.kind, 'asleep');
    chat.setDraft('H');
    await settle();
    assert.deepEqual(page().engine, {
      kind: 'no-model',
      message: 'The model has not been downloaded yet.',
      steps: ['download-model', 'choose-model'],
    });
    chat.send('Hello');
    answer(0).fail('no-model');
    await settle();
    assert.equal(page().engine.kind, 'no-model');
    chat.modelChosen();
    assert.equal(page().engine.kind, 'asleep', 'nothing is known of the other model yet');
  });

  it('offers to choose another model first where the chosen file is gone', async () => {
    const { chat, page, answer } = setUp();
    await chat.show();
    chat.send('Hello');
    answer(0).fail('model-not-found');
    await settle();
    const { engine } = page();
    assert.ok(engine.kind === 'no-model');
    assert.equal(engine.steps[0], 'choose-model');
  });

  it('tells an answer that the engine gave up from one that the person stopped', async () => {
    const { chat, last, answer } = setUp();
    await chat.show();
    chat.send('Hello');
    answer(0).end('cancelled', 'Half');
    await settle();
    assert.deepEqual(last().state, { kind: 'stopped', interrupted: true });
    chat.send('Again');
    chat.stop();
    await settle();
    assert.deepEqual(last().state, { kind: 'stopped' });
  });

  it('takes a conversation out of what was found when it is deleted, and renames it there', async () => {
    const { chat, found } = setUp();
    await chat.show();
    for (const text of ['About parsers', 'More on parsers']) {
      chat.startNew();
      chat.send(text);
      await settle();
    }
    chat.search('parsers');
    await settle();
    assert.equal(found().length, 2);
    await chat.rename(found()[0]?.id ?? '', 'The parsers');
    assert.equal(found()[0]?.title, 'The parsers');
    await chat.remove(found()[1]?.id ?? '');
    assert.deepEqual(
      found().map(({ title }) => title),
      ['The parsers'],
    );
  });

  it('tells a full context from an end, and offers a new conversation', async () => {
    const { chat, last, answer } = setUp();
    await chat.show();
    chat.send('Hello');
    answer(0).end('context-full');
    await settle();
    const { state } = last();
    assert.ok(state.kind === 'failed' && state.failure.steps.includes('new-conversation'));
  });

  it('counts the draft and what is attached to it', async () => {
    const { chat, page } = setUp();
    await chat.show();
    await settle();
    assert.deepEqual(page().usage, { tokens: 1, contextSize: 100, droppedTurns: 0 });
    chat.setDraft('More');
    await settle();
    assert.deepEqual(page().usage, { tokens: 2, contextSize: 100, droppedTurns: 0 });
  });

  it('deletes a conversation for good, even while it is being answered', async () => {
    const { chat, page, store, answer } = setUp();
    await chat.show();
    chat.send('Secret');
    const { id } = page().active;
    await settle();
    await chat.remove(id);
    answer(0).say('late');
    await settle();
    assert.equal(await store.load(id), undefined);
    assert.deepEqual(page().conversations, []);
    assert.equal(page().active.messages.length, 0);
  });

  it('a new name stands while an answer grows', async () => {
    const { chat, page, answer, store } = setUp();
    await chat.show();
    chat.send('Hello');
    await settle();
    await chat.rename(page().active.id, 'My talk');
    answer(0).say('x');
    answer(0).end('eos');
    await settle();
    assert.equal(page().active.title, 'My talk');
    assert.equal((await store.load(page().active.id))?.title, 'My talk');
  });

  it('opens the newest conversation when the page first appears', async () => {
    const first = setUp();
    await first.chat.show();
    first.chat.send('Before the restart');
    first.answer(0).say('Half');
    first.chat.setDraft('unsent');
    await settle();
    const second = first.restarted();
    await second.show();
    assert.equal(second.active.title, 'Before the restart');
    assert.equal(first.page().draft, 'unsent');
  });
});
