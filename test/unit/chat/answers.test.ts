import assert from 'node:assert/strict';
import type { ChatRequest, GenerateDelta, GenerateResult } from '../../../src/contract/index.js';
import { Answers } from '../../../src/editor/chat/provider/answers.js';
import { EngineError } from '../../../src/engine/client/index.js';

const request: ChatRequest = { id: 'one', messages: [{ role: 'user', text: 'Hello' }], provisional: true };
const delta = (text: string): GenerateDelta => ({ id: 'one', text, tokens: [1], verified: true });
const result = (stopReason: GenerateResult['stopReason'], generated: number) =>
  ({ stopReason, tokens: { prompt: 3, reused: 0, generated } }) as GenerateResult;

/** An engine that says `texts`, one a turn of the event loop, and ends when it is told to. */
function engine(texts: readonly string[]) {
  const asked: ChatRequest[] = [];
  const client = {
    async stream(
      _type: unknown,
      params: ChatRequest,
      onDelta: (delta: GenerateDelta) => void,
      signal?: AbortSignal,
    ): Promise<GenerateResult> {
      asked.push(params);
      let said = 0;
      for (const text of texts) {
        await new Promise(setImmediate);
        if (signal?.aborted) return result('cancelled', said);
        said += 1;
        onDelta(delta(text));
      }
      return result('eos', said);
    },
  };
  return { answers: new Answers(client as unknown as ConstructorParameters<typeof Answers>[0]), asked };
}

describe('answers for VS Code’s own chat', () => {
  it('stream verified text only, and are kept with their counts', async () => {
    const { answers, asked } = engine(['Hel', '', 'lo']);
    const texts: string[] = [];
    await answers.stream('participant', request, (text) => texts.push(text), new AbortController().signal);
    assert.deepEqual(texts, ['Hel', 'lo']);
    assert.equal(asked[0]?.provisional, false);
    assert.deepEqual(answers.all, [
      {
        asker: 'participant',
        tokens: 3,
        result: { stopReason: 'eos', tokens: { prompt: 3, reused: 0, generated: 3 } },
      },
    ]);
  });

  it('tell how far they were when they were cancelled', async () => {
    const { answers } = engine(['a', 'b', 'c', 'd']);
    const abort = new AbortController();
    let pieces = 0;
    const onText = () => {
      if (++pieces === 2) abort.abort();
    };
    const ended = await answers.stream('language-model', request, onText, abort.signal);
    assert.equal(ended.stopReason, 'cancelled');
    assert.equal(answers.all[0]?.tokensWhenCancelled, 2);
    assert.equal(answers.all[0]?.result?.tokens.generated, 2);
  });

  it('are kept without a result when the engine fails', async () => {
    const client = { stream: () => Promise.reject(new EngineError('engine-down', 'It is gone.')) };
    const answers = new Answers(client);
    await assert.rejects(
      answers.stream('participant', request, () => undefined, new AbortController().signal),
      /gone/u,
    );
    assert.deepEqual(answers.all, [{ asker: 'participant', tokens: 0 }]);
  });

  it('keep the last ones only', async () => {
    const { answers } = engine(['x']);
    for (let count = 0; count < 25; count++)
      await answers.stream('participant', request, () => undefined, new AbortController().signal);
    assert.equal(answers.all.length, 20);
  });
});
