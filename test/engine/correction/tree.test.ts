import assert from 'node:assert/strict';
import type { CorrectionRequest } from '../../../src/contract/index.js';
import type { GenerationResult, NativeSequence } from '../../../src/engine/correction/native-loop.js';
import type { Workbench } from '../../../src/engine/correction/workbench.js';
import { codePrompts, generate, halfOfTheNeurons, idsOf, longPrompts, openWorkbench } from './support.js';

const length = 32;
const further = 12;
const other = 0;
const own = 1;

const exact = (treeWidth: number, maxDraft: number): CorrectionRequest => ({
  mode: 'exact',
  drafter: 'sparse-self',
  maxDraft,
  treeWidth,
});

describe('Draft trees on the real model', function () {
  this.timeout(10 * 60_000);

  let bench: Workbench;
  let sequence: NativeSequence;
  let prompts: number[][];
  before(async () => {
    bench = await openWorkbench(1024, 2);
    sequence = bench.loop.sequence(own);
    prompts = [...codePrompts(bench, 4, 40), ...longPrompts(bench, 1, 700)];
  });
  after(() => bench.dispose());

  const sparsely = async (
    prompt: readonly number[],
    correction: CorrectionRequest,
    maxTokens: number,
  ): Promise<GenerationResult> => {
    await bench.configure(halfOfTheNeurons, own);
    return generate(sequence, prompt, { stop: { maxTokens }, correction, density: 0.5 });
  };

  it('Exact gives the dense tokens and their bits, and leaves cells that go on as dense ones do', async () => {
    let accepted = 0;
    const [beside = []] = prompts;
    const neighbour = bench.loop.sequence(other);
    const before = await generate(neighbour, beside, { stop: { maxTokens: 8 } });
    for (const prompt of prompts) {
      await bench.configure(null, own);
      const dense = await generate(sequence, prompt, { stop: { maxTokens: length + further } });
      for (const correction of [exact(2, 6), exact(4, 4), exact(8, 3)]) {
        const tree = await sparsely(prompt, correction, length);
        accepted += tree.speculation.accepted;
        assert.deepEqual(tree.tokens, dense.tokens.slice(0, length));
        await bench.configure(null, own);
        const written = [...prompt, ...idsOf(tree)];
        const next = await generate(sequence, written, { stop: { maxTokens: further } });
        assert.equal(next.reusedTokens, written.length - 1);
        assert.deepEqual(next.tokens, dense.tokens.slice(length));
      }
    }
    assert.ok(accepted > 0, 'nothing was accepted');
    const again = await generate(neighbour, [...beside, ...idsOf(before).slice(0, 4)], {
      stop: { maxTokens: 4 },
    });
    assert.equal(again.reusedTokens, beside.length + 3, 'the other sequence lost nothing');
    assert.deepEqual(again.tokens, before.tokens.slice(4));
  });

  it('Balanced takes the longest of its paths, and more of them pass where there are more', async () => {
    const balanced = (treeWidth: number): CorrectionRequest => ({
      mode: 'balanced',
      drafter: 'sparse-self',
      check: { kind: 'fixed', period: 16 },
      acceptThreshold: 0.1,
      treeWidth,
    });
    const advances: number[] = [];
    for (const width of [1, 4]) {
      const results: GenerationResult[] = [];
      for (const prompt of prompts.slice(0, 4)) results.push(await sparsely(prompt, balanced(width), 48));
      for (const { tokens, speculation, passes } of results) {
        assert.equal(tokens.length, 48);
        assert.ok(speculation.verifies > 0 && speculation.accepted <= speculation.drafted);
        assert.ok((passes?.sparse ?? 0) >= speculation.verifies);
        assert.ok((speculation.effectiveDensity ?? 0) > 0.5);
      }
      const sum = (of: (result: GenerationResult) => number): number =>
        results.reduce((total, result) => total + of(result), 0);
      advances.push(48 * (results.length / sum(({ speculation }) => speculation.verifies)));
    }
    const [chain = 0, tree = 0] = advances;
    assert.ok(tree > chain, JSON.stringify(advances));
  });

  it('a request that samples drafts a single path', async () => {
    const sampling = { temperature: 0.8, seed: 3 };
    await bench.configure(halfOfTheNeurons, own);
    const options = { stop: { maxTokens: 24 }, sampling };
    const chain = await generate(sequence, prompts[0] ?? [], { ...options, correction: exact(1, 3) });
    const tree = await generate(sequence, prompts[0] ?? [], { ...options, correction: exact(4, 3) });
    assert.deepEqual(idsOf(tree), idsOf(chain));
    assert.ok(tree.speculation.drafted > 0 && tree.speculation.drafted <= 24 * 3);
  });
});
