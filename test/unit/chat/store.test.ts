import assert from 'node:assert/strict';
import { ask, newConversation } from '../../../src/editor/chat/core/conversation.js';
import { ConversationStore } from '../../../src/editor/chat/store/conversation-store.js';
import type { ConversationFiles } from '../../../src/editor/chat/store/files.js';

function memory(initial: Readonly<Record<string, string>> = {}) {
  const texts = new Map(Object.entries(initial));
  const complaints: string[] = [];
  const files: ConversationFiles = {
    list: () => Promise.resolve([...texts.keys()]),
    read: (name) => Promise.resolve(texts.get(name)),
    write: (name, text) => Promise.resolve(void texts.set(name, text)),
    remove: (name) => Promise.resolve(void texts.delete(name)),
  };
  return { texts, complaints, files, store: new ConversationStore(files, (line) => complaints.push(line)) };
}

const conversation = (id: string, text: string, updated: number) =>
  ask(newConversation(id, 'New', 1), { id: `q-${id}`, text, attachments: [] }, `a-${id}`, updated);

describe('the conversation store', () => {
  it('finds what was saved, newest first, and by words of the messages', async () => {
    const { store } = memory();
    await store.save(conversation('one', 'About parsers', 10));
    await store.save(conversation('two', 'About kernels', 20));
    assert.deepEqual(
      (await store.find('')).map(({ id }) => id),
      ['two', 'one'],
    );
    assert.deepEqual(
      (await store.find('PARSERS')).map(({ id, messageCount }) => [id, messageCount]),
      [['one', 2]],
    );
    await store.remove('one');
    assert.equal(await store.load('one'), undefined);
  });

  it('reads a file once for the list, however often it is looked at', async () => {
    const one = conversation('one', 'About parsers', 10);
    const { files, complaints } = memory({ 'one.json': JSON.stringify(one), 'cut.json': '{"id":' });
    let reads = 0;
    const counting: ConversationFiles = { ...files, read: (name) => ((reads += 1), files.read(name)) };
    const store = new ConversationStore(counting, (line) => complaints.push(line));
    for (const query of ['', 'p', 'pa', 'parsers']) assert.equal((await store.find(query)).length, 1);
    await store.save({ ...one, title: 'Kernels', updated: 30 });
    assert.deepEqual(
      (await store.find('kernels')).map(({ updated }) => updated),
      [30],
    );
    assert.deepEqual([reads, complaints.length], [2, 1]);
  });

  it('passes over damaged and foreign files, says so, and leaves them alone', async () => {
    const { store, texts, complaints } = memory({
      'cut.json': '{"id":"cut","titl',
      'shape.json': '{"id":"shape","messages":7}',
      'other.json': JSON.stringify(conversation('not-other', 'x', 1)),
      'notes.txt': 'not ours',
    });
    await store.save(conversation('good', 'x', 1));
    assert.deepEqual(
      (await store.find('')).map(({ id }) => id),
      ['good'],
    );
    assert.equal(texts.size, 5);
    assert.equal(complaints.length, 3);
  });

  it('lets the last of many saves stand, and tells of one that failed', async () => {
    const { files, complaints, texts } = memory();
    const delays = [20, 1, 5];
    const slow: ConversationFiles = {
      ...files,
      async write(name, text) {
        await new Promise((resolve) => setTimeout(resolve, delays.shift() ?? 0));
        if (text.includes('fail')) throw new Error('disk full');
        await files.write(name, text);
      },
    };
    const store = new ConversationStore(slow, (line) => complaints.push(line));
    await Promise.all(['first', 'fail', 'last'].map((text) => store.save(conversation('c', text, 1))));
    assert.match(texts.get('c.json') ?? '', /last/u);
    assert.deepEqual(complaints, ['c: Error: disk full']);
  });
});
