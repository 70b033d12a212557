import assert from 'node:assert/strict';
import { requests, type ChatRequest, type GenerateDelta } from '../../src/contract/index.js';
import type { EngineClient } from '../../src/engine/client/index.js';
import { loadRequest, longChat, newClient } from './support.js';

const contextSize = 1024;

/** What a reader of the stream sees in the end. */
function putTogether(deltas: readonly GenerateDelta[]): string {
  return deltas.reduce(
    (text, { text: more, retract = 0 }) => text.slice(0, text.length - retract) + more,
    '',
  );
}

describe('Chat streams', () => {
  let client: EngineClient;
  before(async () => {
    client = newClient();
    await client.loadModel(loadRequest({ sparseLayouts: true, contextSize }));
  });
  after(() => client.dispose());

  const balanced = (id: string, provisional: boolean): ChatRequest => ({
    id,
    messages: [{ role: 'user', text: 'Write three sentences about the sea.' }],
    stop: { maxTokens: 48 },
    sparsity: { selector: 'topk', density: 0.4 },
    correction: { mode: 'balanced', drafter: 'sparse-self', check: { kind: 'fixed', period: 8 } },
    provisional,
  });

  it('shows open windows as unverified text and takes them back', async () => {
    const deltas: GenerateDelta[] = [];
    const result = await client.stream(requests.chat, balanced('provisional', true), (delta) =>
      deltas.push(delta),
    );
    const open = deltas.filter(({ verified }) => !verified);
    assert.ok(open.length >= result.speculation.verifies, 'every window was shown while it was open');
    assert.ok(
      open.every(({ tokens }) => tokens.length === 0),
      'its tokens count once they are verified',
    );
    const back = deltas.filter(({ retract = 0 }) => retract > 0);
    assert.ok(back.length > 0 && back.every(({ verified }) => verified));
    assert.equal(putTogether(deltas), result.text);
    assert.deepEqual(
      deltas.flatMap(({ tokens }) => tokens),
      result.tokenIds,
    );
  });

  it('shows only verified text where that was not asked for', async () => {
    const deltas: GenerateDelta[] = [];
    const result = await client.stream(requests.chat, balanced('verified', false), (delta) =>
      deltas.push(delta),
    );
    assert.ok(deltas.every(({ verified, retract = 0 }) => verified && retract === 0));
    assert.equal(putTogether(deltas), result.text);
  });

  it('shifts a full context instead of ending an answer', async () => {
    const chat = longChat(contextSize + 200);
    const system = { role: 'system' as const, text: 'You count in words and never stop.' };
    const result = await client.request(requests.chat, { ...chat, messages: [system, ...chat.messages] });
    assert.equal(result.stopReason, 'max-tokens');
    assert.equal(result.tokens.generated, contextSize + 200);
    const next = await client.request(requests.chat, {
      id: 'next',
      messages: [system, { role: 'user', text: 'Thank you.' }],
      stop: { maxTokens: 2 },
    });
    assert.ok(next.tokens.reused >= 10, `the system prompt was kept: ${JSON.stringify(next.tokens)}`);
  });

  it('ends a completion where the context ends', async () => {
    const result = await client.request(requests.generate, {
      id: 'full',
      sequence: 'completion',
      prompt: [{ kind: 'text', text: 'word '.repeat(500) }],
      sampling: { grammar: 'root ::= [a-z ]*' },
      stop: { maxTokens: 5000 },
    });
    assert.equal(result.stopReason, 'context-full');
    assert.ok(result.tokens.generated > 400);
  });
});
