import assert from 'node:assert/strict';
import type { CorrectionRequest } from '../../../src/contract/index.js';
import type { Workbench } from '../../../src/engine/correction/workbench.js';
import {
  codePrompts,
  compare,
  generate,
  halfOfTheNeurons,
  idsOf,
  longPrompts,
  nearTie,
  openWorkbench,
} from './support.js';

// the whole claim is 200 prompts and every drafter on both models: `npm run test:exact`, which takes many minutes
const promptCount = Number(process.env['SPARSE_PILOT_EXACT_PROMPTS'] ?? '48');
const longCount = Number(process.env['SPARSE_PILOT_EXACT_LONG_PROMPTS'] ?? '1');
const everyDrafter = process.env['SPARSE_PILOT_EXACT_DRAFTERS'] === 'all';
const promptTokens = 48;
const longTokens = 1000;
/** Tokens at the end of a long prompt whose logits are compared: all of them would be gigabytes. */
const longTail = 48;
const length = 24;
const minutes = 60_000;

const draftLengths = [1, 2, 3, 6];

/** Every way to draft; how far varies with the prompt. */
const drafters: readonly ((prompt: number) => CorrectionRequest)[] = [
  () => ({ mode: 'exact', drafter: 'ngram' }),
  (prompt) => ({
    mode: 'exact',
    drafter: 'sparse-self',
    maxDraft: draftLengths[Math.floor(prompt / drafters.length) % draftLengths.length] ?? 1,
  }),
  () => ({ mode: 'exact' }),
  (prompt) => ({
    mode: 'exact',
    drafter: 'sparse-self',
    maxDraft: 2,
    treeWidth: 2 + (Math.floor(prompt / drafters.length) % 3),
  }),
];

/** What was said, with every sixth token another: drafts that are right for a while. */
const spoiled = (ids: readonly number[]): number[] => ids.map((id, i) => (i % 6 === 5 ? (ids[0] ?? id) : id));

describe('Exact mode on the real model', function () {
  this.timeout(30 * minutes);

  let bench: Workbench;
  /** By drafter, over all prompts so far. */
  const acceptedSoFar = new Map<number, number>();
  before(async () => {
    bench = await openWorkbench();
  });
  after(() => bench.dispose());

  async function compareAll(prompts: readonly (readonly number[])[], bound: number): Promise<void> {
    const sequence = bench.loop.sequence(0);
    const accepted = new Map<number, number>();
    const gaps: number[] = [];
    let compared = 0;
    let tokens = 0;
    for (const [i, prompt] of prompts.entries()) {
      await bench.configure(null);
      const dense = idsOf(await generate(sequence, prompt, { stop: { maxTokens: length } }));
      const chosen =
        everyDrafter || prompts.length < drafters.length ? drafters.keys() : [i % drafters.length];
      for (const which of chosen) {
        const correction = drafters[which]?.(i) ?? { mode: 'exact' };
        await bench.configure(halfOfTheNeurons);
        const exact = await generate(sequence, prompt, {
          stop: { maxTokens: length },
          correction,
          draftSources: correction.drafter === 'sparse-self' ? [] : [[...prompt, ...spoiled(dense)]],
        });
        compared++;
        tokens += dense.length;
        for (const counts of [accepted, acceptedSoFar])
          counts.set(which, (counts.get(which) ?? 0) + exact.speculation.accepted);
        const comparison = await compare(bench, prompt, dense, idsOf(exact));
        if (comparison.kind === 'equal') continue;
        assert.ok(
          comparison.gap <= bound,
          `prompt ${String(i)}, drafter ${String(which)}: token ${String(comparison.index)} differs at a gap of ${String(comparison.gap)}`,
        );
        gaps.push(comparison.gap);
      }
    }
    const used = everyDrafter ? `${String(drafters.length)} drafters` : 'a drafter each';
    process.stdout.write(
      `    ${String(prompts.length)} prompts, ${used}: ${String(tokens)} tokens compared in ${String(compared)} generations, ` +
        `${String(gaps.length)} near-ties, widest gap ${Math.max(0, ...gaps).toFixed(4)} logits (bound ${bound.toFixed(4)})\n`,
    );
    assert.ok(gaps.length <= Math.max(1, compared * 0.05), `${String(gaps.length)} near-ties are too many`);
    for (const [which, request] of drafters.entries()) {
      // whether others are tried on a single prompt depends on what checks have cost here
      const always = request(0).drafter === 'sparse-self';
      const counts = always ? accepted : acceptedSoFar;
      assert.ok((counts.get(which) ?? 0) > 0, `drafter ${String(which)} drafted`);
    }
  }

  it(`gives the dense model's tokens on ${String(promptCount)} prompts, near-ties apart`, async () => {
    const bound = await nearTie(bench, codePrompts(bench, 4, promptTokens));
    await compareAll(codePrompts(bench, promptCount, promptTokens), bound);
  });

  it(`gives the dense model's tokens on ${String(longCount)} long prompts, near-ties apart`, async () => {
    const prompts = longPrompts(bench, longCount, longTokens);
    assert.equal(prompts.length, longCount);
    await compareAll(prompts, await nearTie(bench, prompts.slice(0, 2), longTail));
  });

  it('counts what it did', async () => {
    const [prompt = []] = codePrompts(bench, 1, promptTokens);
    const sequence = bench.loop.sequence(0);
    await bench.configure(halfOfTheNeurons);
    const { speculation, passes, tokens } = await generate(sequence, prompt, {
      stop: { maxTokens: 20 },
      correction: { mode: 'exact', drafter: 'sparse-self', maxDraft: 4 },
      density: 0.5,
    });
    assert.equal(speculation.drafter, 'sparse-self');
    assert.ok(speculation.verifies > 0 && speculation.accepted <= speculation.drafted);
    assert.ok(speculation.rollbacks <= speculation.verifies);
    const { averageAdvance = 0, effectiveDensity = 0 } = speculation;
    assert.ok(averageAdvance >= 1 && averageAdvance <= 5);
    assert.ok(effectiveDensity > 0.5 && effectiveDensity < 4);
    assert.equal(tokens.length, 20);
    assert.equal(passes?.sparse, speculation.drafted);
    assert.deepEqual(sequence.tokens, [...prompt, ...tokens.map(({ id }) => id)].slice(0, -1));
  });

  it('is dense, with the reason, where no sparsity is configured', async () => {
    const [prompt = []] = codePrompts(bench, 1, promptTokens);
    await bench.configure(null);
    const result = await generate(bench.loop.sequence(0), prompt, {
      stop: { maxTokens: 8 },
      correction: { mode: 'balanced', drafter: 'sparse-self' },
    });
    assert.equal(result.speculation.off, 'no sparsity is configured');
    assert.equal(result.passes?.sparse, 0);
  });
});
