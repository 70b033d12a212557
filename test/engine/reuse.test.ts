import assert from 'node:assert/strict';
import { requests } from '../../src/contract/index.js';
import type { EngineClient } from '../../src/engine/client/index.js';
import { complete, exampleCode, loadRequest, newClient } from './support.js';

describe('Prompt reuse', () => {
  let client: EngineClient;
  before(async () => {
    client = newClient();
    await client.loadModel(loadRequest());
  });
  after(() => client.dispose());

  it('evaluates only what a keystroke added', async () => {
    const first = await complete(client, exampleCode);
    assert.equal(first.tokens.reused, 0);
    const next = await complete(client, `${exampleCode}sum(`);
    assert.ok(next.tokens.prompt - next.tokens.reused <= 3, JSON.stringify(next.tokens));
    assert.ok(next.tokens.reused >= first.tokens.prompt - 1);
  });

  it('evaluates everything after a changed place, and answers as a fresh engine does', async () => {
    await complete(client, exampleCode);
    const changed = exampleCode.replace('total += value', 'total -= value');
    const warm = await complete(client, changed);
    assert.ok(
      warm.tokens.reused > 10 && warm.tokens.reused < warm.tokens.prompt - 10,
      JSON.stringify(warm.tokens),
    );
    await client.request(requests.generate, {
      id: 'other',
      sequence: 'completion',
      prompt: [{ kind: 'text', text: 'Something else altogether' }],
      stop: { maxTokens: 1 },
    });
    const cold = await complete(client, changed);
    assert.equal(cold.tokens.reused, 0);
    assert.equal(warm.text, cold.text);
  });

  it('keeps the sequences apart: a chat does not cost the completion its prefix', async () => {
    const before = await complete(client, exampleCode);
    const chat = await client.request(requests.chat, {
      id: 'chat',
      messages: [{ role: 'user', text: 'Say hello.' }],
      stop: { maxTokens: 4 },
    });
    assert.ok(chat.tokens.generated > 0);
    const again = await complete(client, exampleCode);
    assert.equal(again.tokens.reused, before.tokens.prompt - 1);
    assert.equal(again.text, before.text);
  });

  it('prefills without generating, and the request that follows finds its prompt evaluated', async () => {
    const prefix = `${exampleCode}// warm\n`;
    const warm = await complete(client, prefix, { prefillOnly: true });
    assert.equal(warm.tokens.generated, 0);
    assert.equal(warm.text, '');
    const next = await complete(client, prefix);
    assert.equal(next.tokens.reused, next.tokens.prompt - 1);
  });

  it('reuses the conversation so far in the next chat turn', async () => {
    const messages = [
      { role: 'system' as const, text: 'You answer in one short sentence.' },
      { role: 'user' as const, text: 'Name a colour.' },
    ];
    const first = await client.request(requests.chat, { id: 'turn-1', messages, stop: { maxTokens: 12 } });
    const second = await client.request(requests.chat, {
      id: 'turn-2',
      messages: [
        ...messages,
        { role: 'assistant', text: first.text },
        { role: 'user', text: 'Another one.' },
      ],
      stop: { maxTokens: 4 },
    });
    assert.ok(second.tokens.reused >= first.tokens.prompt - 1, JSON.stringify([first.tokens, second.tokens]));
  });
});
