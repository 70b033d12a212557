import assert from 'node:assert/strict';
import type { CorrectionRequest } from '../../../src/contract/index.js';
import type { Workbench } from '../../../src/engine/correction/workbench.js';
import { codePrompts, generate, halfOfTheNeurons, idsOf, openWorkbench } from './support.js';

const corrections: readonly CorrectionRequest[] = [
  { mode: 'dense' },
  { mode: 'exact' },
  { mode: 'balanced', drafter: 'sparse-self', check: { kind: 'fixed', period: 6 } },
  { mode: 'fast' },
];
const small = 256;
const keep = 40;

describe('A context that fills up, on the real model', function () {
  this.timeout(10 * 60_000);

  let bench: Workbench;
  let prompt: number[];
  before(async () => {
    bench = await openWorkbench(small);
    prompt = bench
      .tokenize('Numbers in words, one after the other: one, two, three, four, five, six, seven, eight,')
      .slice(0, small);
    while (prompt.length < keep + 100) prompt.push(...prompt.slice(5, 25));
  });
  after(() => bench.dispose());

  for (const correction of corrections) {
    it(`shifts without losing its beginning and goes on: ${correction.mode}`, async () => {
      const sequence = bench.loop.sequence(0);
      await bench.configure(correction.mode === 'dense' ? null : halfOfTheNeurons);
      const length = sequence.capacity + 60;
      const result = await generate(sequence, prompt, {
        stop: { maxTokens: length },
        sampling: { grammar: 'root ::= [a-z, ]*' },
        correction,
        contextShift: { keep },
      });
      assert.equal(result.stopReason, 'max-tokens');
      assert.equal(result.tokens.length, length);
      assert.ok((result.shifts ?? 0) >= 2, `${String(result.shifts)} shifts`);
      assert.ok(sequence.tokens.length <= sequence.capacity);
      assert.deepEqual(sequence.tokens.slice(0, keep), prompt.slice(0, keep));
      if (correction.mode !== 'fast')
        assert.deepEqual(sequence.tokens.slice(-20), idsOf(result).slice(-21, -1));
      const letters = result.text.replaceAll(/[^a-z]/g, '');
      assert.ok(new Set(letters).size > 5 && letters.length > length / 2, result.text);
    });
  }

  it('evaluates anew what a shift left, unless near is good enough', async () => {
    const sequence = bench.loop.sequence(0);
    await bench.configure(null);
    await generate(sequence, prompt, {
      stop: { maxTokens: sequence.capacity / 2 },
      sampling: { grammar: 'root ::= [a-z, ]*' },
      contextShift: { keep },
    });
    const kept = [...sequence.tokens].slice(0, sequence.capacity - 8);
    const near = await generate(sequence, kept, { stop: { maxTokens: 0 }, contextShift: { keep } });
    assert.equal(near.reusedTokens, kept.length - 1);
    const exact = await generate(sequence, kept, { stop: { maxTokens: 0 } });
    assert.equal(exact.reusedTokens, keep);
  });

  it('moves the cells of a conversation that lost its oldest part, and answers sensibly', async () => {
    const sequence = bench.loop.sequence(0);
    await bench.configure(null);
    const [long = []] = codePrompts(bench, 1, 200);
    await generate(sequence, long, { stop: { maxTokens: 1 } });
    const shorter = [...long.slice(0, 20), ...long.slice(70)];
    const moved = await generate(sequence, shorter, { stop: { maxTokens: 8 }, contextShift: { keep: 20 } });
    assert.equal(moved.reusedTokens, shorter.length - 1);
    sequence.truncate(0);
    const fresh = await generate(sequence, shorter, { stop: { maxTokens: 8 } });
    // near, not equal: the moved cells have seen what was dropped
    assert.ok(idsOf(moved)[0] === idsOf(fresh)[0], JSON.stringify([moved.text, fresh.text]));
  });

  it('ends where nobody asked for a shift', async () => {
    const result = await generate(bench.loop.sequence(0), prompt, {
      stop: { maxTokens: 1000 },
      sampling: { grammar: 'root ::= [a-z, ]*' },
    });
    assert.equal(result.stopReason, 'context-full');
    assert.equal(result.shifts, 0);
  });
});
