import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { requests } from '../../src/contract/index.js';
import type { EngineClient } from '../../src/engine/client/index.js';
import {
  complete,
  completion,
  exampleCode,
  firstDelta,
  loadRequest,
  longChat,
  newClient,
} from './support.js';

describe('Scheduling and cancelling', () => {
  let client: EngineClient;
  before(async () => {
    client = newClient();
    await client.loadModel(loadRequest());
  });
  after(() => client.dispose());

  it('lets a completion overtake a chat, which then goes on as if alone', async () => {
    const alone = await client.request(requests.chat, longChat(120));
    const { seen, onDelta } = firstDelta();
    let chatDone = false;
    const chat = client.stream(requests.chat, longChat(120), onDelta).finally(() => (chatDone = true));
    await seen;
    const overtaking = await complete(client, exampleCode, { stop: { maxTokens: 6 } });
    assert.equal(chatDone, false, 'the completion came before the chat was done');
    assert.equal(overtaking.tokens.generated, 6);
    assert.equal((await chat).text, alone.text);
  });

  it('stops a generation when its request is cancelled, and says so', async () => {
    const stop = new AbortController();
    const { seen, onDelta } = firstDelta();
    const running = client.stream(requests.chat, longChat(1500), onDelta, stop.signal);
    await seen;
    stop.abort();
    const result = await running;
    assert.equal(result.outcome, 'cancelled');
    assert.equal(result.stopReason, 'cancelled');
    assert.ok(result.tokens.generated < 1500);
    const next = await complete(client, exampleCode);
    assert.ok(next.tokens.generated > 0);
  });

  it('stops in the middle of a long prompt', async () => {
    const stop = new AbortController();
    const long = 'const values = [1, 2, 3];\n'.repeat(150);
    const running = client.request(
      requests.complete,
      completion(long, { budget: { prompt: 1800 }, stop: { maxTokens: 200 } }),
      stop.signal,
    );
    await delay(150);
    stop.abort();
    assert.equal((await running).outcome, 'cancelled');
    assert.ok((await complete(client, exampleCode)).tokens.generated > 0);
  });

  it('answers a request that was cancelled while it waited, without running it', async () => {
    const stop = new AbortController();
    const { seen, onDelta } = firstDelta();
    const first = client.stream(
      requests.complete,
      completion(exampleCode, { stop: { maxTokens: 60 } }),
      onDelta,
    );
    await seen;
    const second = client.request(requests.complete, completion('let x = '), stop.signal);
    await delay(50);
    stop.abort();
    const cancelled = await second;
    assert.equal(cancelled.outcome, 'cancelled');
    assert.equal(cancelled.tokens.generated, 0);
    assert.ok((await first).tokens.generated > 0);
  });

  it('frees the chat sequence when a paused chat is cancelled', async () => {
    const stop = new AbortController();
    const { seen, onDelta } = firstDelta();
    const chat = client.stream(requests.chat, longChat(1500), onDelta, stop.signal);
    await seen;
    const overtaking = firstDelta();
    const code = client.stream(
      requests.complete,
      completion(exampleCode, { stop: { maxTokens: 40 } }),
      overtaking.onDelta,
    );
    await overtaking.seen;
    stop.abort();
    assert.equal((await chat).outcome, 'cancelled');
    await code;
    assert.ok((await client.request(requests.chat, longChat(4))).tokens.generated > 0);
  });

  it('gives the same text after a cancel at any point as from a fresh cache', async () => {
    const clean = await complete(client, exampleCode);
    for (const wait of [0, 40, 120, 300]) {
      const stop = new AbortController();
      const cancelled = client.request(
        requests.complete,
        completion(`${exampleCode}values.length === 0 ? `, { stop: { maxTokens: 64 } }),
        stop.signal,
      );
      await delay(wait);
      stop.abort();
      await cancelled;
      assert.equal((await complete(client, exampleCode)).text, clean.text, `after ${wait} ms`);
    }
  });
});
