import assert from 'node:assert/strict';
import type { CorrectionRequest } from '../../../src/contract/index.js';
import type { Workbench } from '../../../src/engine/correction/workbench.js';
import {
  codePrompts,
  compare,
  generate,
  halfOfTheNeurons,
  idsOf,
  nearTie,
  openWorkbench,
} from './support.js';

const corrections: readonly CorrectionRequest[] = [
  { mode: 'dense' },
  { mode: 'exact', drafter: 'sparse-self', maxDraft: 3 },
  { mode: 'balanced', drafter: 'sparse-self', check: { kind: 'fixed', period: 6 } },
  { mode: 'fast' },
  { mode: 'exact', drafter: 'ngram' },
  { mode: 'exact', drafter: 'sparse-self', maxDraft: 4, treeWidth: 3 },
  { mode: 'balanced', drafter: 'sparse-self', check: { kind: 'fixed', period: 6 }, treeWidth: 4 },
];
const length = 12;

describe('Interruptions on the real model', function () {
  this.timeout(10 * 60_000);

  let bench: Workbench;
  let prompt: number[];
  let expected: number[];
  let tie = 0;
  before(async () => {
    bench = await openWorkbench();
    prompt = codePrompts(bench, 2, 40)[1] ?? [];
    tie = await nearTie(bench, [prompt]);
    const fresh = bench.loop.sequence(0);
    expected = idsOf(await generate(fresh, prompt, { stop: { maxTokens: length } }));
  });
  after(() => bench.dispose());

  for (const correction of corrections) {
    it(`after a cancel at any step of ${correction.mode}, ${correction.drafter ?? 'auto'}, ${String(correction.treeWidth ?? 1)} wide, the next dense generation is that of a fresh context`, async () => {
      const sequence = bench.loop.sequence(0);
      for (let step = 0; step < length; step++) {
        await bench.configure(halfOfTheNeurons);
        const generation = sequence.start(prompt, {
          stop: { maxTokens: length },
          correction,
          draftSources: [[...prompt, ...expected]],
          provisional: true,
        });
        let seen = 0;
        if (step === 0) generation.end('cancelled');
        const outcome = await generation.run(() => {
          if (++seen === step) generation.end('cancelled');
        });
        assert.ok(outcome.kind === 'finished');
        if (step === 0) assert.equal(outcome.result.tokens.length, 0);
        const known = [...prompt, ...idsOf(outcome.result)];
        assert.deepEqual(sequence.tokens, known.slice(0, sequence.tokens.length));
        if (correction.mode === 'fast') assert.ok(sequence.tokens.length < prompt.length);
        await bench.configure(null);
        const next = idsOf(await generate(sequence, prompt, { stop: { maxTokens: length } }));
        const comparison = await compare(bench, prompt, expected, next);
        assert.ok(comparison.kind === 'equal' || comparison.gap <= tie, JSON.stringify({ step, comparison }));
      }
    });
  }

  it('after a cancel inside the prompt the next generation is that of a fresh context', async () => {
    const sequence = bench.loop.sequence(0);
    await bench.configure(halfOfTheNeurons);
    for (let chunk = 1; chunk <= 4; chunk++) {
      sequence.truncate(0);
      let read = 0;
      const generation = sequence.start(prompt, {
        stop: { maxTokens: length },
        correction: { mode: 'exact' },
        prefillChunk: 8,
        onPrefill: () => {
          if (++read === chunk) generation.end('cancelled');
        },
      });
      const outcome = await generation.run(() => undefined);
      assert.ok(outcome.kind === 'finished' && outcome.result.tokens.length < length);
      assert.equal(outcome.result.stopReason, 'cancelled');
      assert.deepEqual(sequence.tokens, prompt.slice(0, sequence.tokens.length));
      const next = idsOf(await generate(sequence, prompt, { stop: { maxTokens: length } }));
      const comparison = await compare(bench, prompt, expected, next);
      assert.ok(comparison.kind === 'equal' || comparison.gap <= tie, JSON.stringify({ chunk, comparison }));
    }
  });

  it('a paused generation goes on as if nothing had been', async () => {
    const sequence = bench.loop.sequence(0);
    await bench.configure(null);
    const generation = sequence.start(prompt, { stop: { maxTokens: length } });
    const text: string[] = [];
    let pauses = 0;
    for (;;) {
      const outcome = await generation.run((batch) => {
        text.push(batch.text);
        generation.pause();
      });
      if (outcome.kind === 'finished') {
        assert.deepEqual(idsOf(outcome.result), expected);
        assert.equal(text.join(''), outcome.result.text);
        break;
      }
      pauses++;
    }
    assert.ok(pauses > 2, 'it was paused');
  });

  it('refuses a second generation, a prompt that is too long, and a second run', async () => {
    const sequence = bench.loop.sequence(0);
    assert.throws(() => sequence.start([]), RangeError);
    assert.throws(() => sequence.start(new Array<number>(sequence.capacity + 1).fill(5)), RangeError);
    assert.throws(() => sequence.start([1, 1e9]), /not in the vocabulary/);
    const generation = sequence.start(prompt, { stop: { maxTokens: 2 } });
    assert.throws(() => sequence.start(prompt), /unfinished/);
    const running = generation.run(() => undefined);
    await assert.rejects(
      generation.run(() => undefined),
      /running/,
    );
    await running;
    await assert.rejects(
      generation.run(() => undefined),
      /closed/,
    );
    generation.dispose();
  });

  it('a generation disposed of before its end frees the sequence', async () => {
    const sequence = bench.loop.sequence(0);
    sequence.start(prompt).dispose();
    const generation = sequence.start(prompt, { stop: { maxTokens: 500 } });
    const running = generation.run(() => generation.dispose());
    const outcome = await running;
    assert.ok(outcome.kind === 'finished' && outcome.result.stopReason === 'cancelled');
    await generate(sequence, prompt, { stop: { maxTokens: 2 } });
  });

  it('ends at a stop token as at the end of the text', async () => {
    const sequence = bench.loop.sequence(0);
    const stop = expected.find((id, i) => i > 3 && expected.indexOf(id) === i);
    assert.ok(stop !== undefined);
    for (const correction of corrections.slice(0, 2)) {
      await bench.configure(halfOfTheNeurons);
      const result = await generate(sequence, prompt, {
        stop: { maxTokens: length },
        correction,
        stopTokens: [1, stop],
      });
      assert.equal(result.stopReason, 'eos');
      assert.deepEqual(idsOf(result), expected.slice(0, expected.indexOf(stop)));
    }
    assert.throws(() => sequence.start(prompt, { stopTokens: [1e9] }), /not in the vocabulary/);
  });

  it('reports a context that is full', async () => {
    const sequence = bench.loop.sequence(0);
    const long = codePrompts(bench, 1, 60)[0] ?? [];
    const filled = Array.from({ length: sequence.capacity - 3 }, (_, i) => long[i % long.length] ?? 1);
    await bench.configure(halfOfTheNeurons);
    const result = await generate(sequence, filled, {
      stop: { maxTokens: 64 },
      correction: { mode: 'exact', drafter: 'sparse-self', maxDraft: 5 },
    });
    assert.equal(result.stopReason, 'context-full');
    assert.equal(result.tokens.length, 4);
  });
});
