import assert from 'node:assert/strict';
import type { LlamaContextSequence } from 'node-llama-cpp';
import { StockSequence } from '../../../src/engine/generation/stock/stock-sequence.js';

/** As much of a node-llama-cpp sequence as reading a prompt takes; `onChunk` is called with every piece of it. */
function promptReader(onChunk: () => void): LlamaContextSequence {
  const contextTokens: number[] = [];
  const sequence = {
    contextSize: 4096,
    contextTokens,
    get nextTokenIndex() {
      return contextTokens.length;
    },
    model: { detokenize: () => '' },
    evaluateWithoutGeneratingNewTokens: (tokens: readonly number[]) => {
      contextTokens.push(...tokens);
      onChunk();
      return Promise.resolve();
    },
  };
  return sequence as unknown as LlamaContextSequence;
}

const prompt = Array.from({ length: 1000 }, (_, index) => index);

describe('a sequence of the stock build', () => {
  it('is free again when a generation was cancelled while its prompt was read', async () => {
    let cancel = (): void => undefined;
    const sequence = new StockSequence(
      promptReader(() => cancel()),
      0,
    );
    const first = sequence.start(prompt);
    cancel = () => first.end('cancelled');
    const outcome = await first.run(() => undefined);
    assert.equal(outcome.kind, 'finished');
    first.dispose();
    assert.doesNotThrow(() => sequence.start(prompt));
  });

  it('is taken while a generation is paused, and free when that is disposed of', async () => {
    let pause = (): void => undefined;
    const sequence = new StockSequence(
      promptReader(() => pause()),
      0,
    );
    const first = sequence.start(prompt);
    pause = () => first.pause();
    assert.equal((await first.run(() => undefined)).kind, 'paused');
    assert.throws(() => sequence.start(prompt), /unfinished/);
    first.dispose();
    assert.doesNotThrow(() => sequence.start(prompt));
  });
});
