import assert from 'node:assert/strict';
import type { GenerationOptions } from '../../../src/engine/correction/native-loop.js';
import type { Workbench } from '../../../src/engine/correction/workbench.js';
import { codePrompts, generate, halfOfTheNeurons, idsOf, openWorkbench } from './support.js';

const seeds = 150;
const sampling = { temperature: 1.5, topK: 12 };
const story = 'Once upon a time there was a';
const fewest = 8;

/** Two-sample chi-square of token counts, in standard deviations above its mean; rare tokens are one cell. */
function excess(a: readonly number[], b: readonly number[]): number {
  const count = (ids: readonly number[], wanted: number): number => ids.filter((id) => id === wanted).length;
  const cells = [...new Set([...a, ...b])].map((id) => ({ a: count(a, id), b: count(b, id) }));
  const common = cells.filter((cell) => cell.a + cell.b >= fewest);
  const rare = cells.filter((cell) => cell.a + cell.b < fewest);
  const last = { a: rare.reduce((n, cell) => n + cell.a, 0), b: rare.reduce((n, cell) => n + cell.b, 0) };
  const tested = last.a + last.b > 0 ? [...common, last] : common;
  const chi = tested.reduce((sum, cell) => sum + (cell.a - cell.b) ** 2 / (cell.a + cell.b), 0);
  const degrees = Math.max(1, tested.length - 1);
  return (chi - degrees) / Math.sqrt(2 * degrees);
}

describe('Sampled Exact mode on the real model', function () {
  this.timeout(10 * 60_000);

  let bench: Workbench;
  let prompt: number[];
  before(async () => {
    bench = await openWorkbench();
    prompt = codePrompts(bench, 3, 40)[2] ?? [];
  });
  after(() => bench.dispose());

  async function firstTokens(options: GenerationOptions, seedOffset: number): Promise<number[][]> {
    const sequence = bench.loop.sequence(0);
    const open = bench.tokenize(story);
    const runs: number[][] = [];
    for (let seed = 0; seed < seeds; seed++) {
      const result = await generate(sequence, open, {
        ...options,
        stop: { maxTokens: 3 },
        sampling: { ...sampling, seed: seed + seedOffset },
      });
      runs.push(idsOf(result));
    }
    return runs;
  }

  it('follows the dense law when the sparse pass drafts', async () => {
    await bench.configure(null);
    const dense = await firstTokens({ correction: { mode: 'dense' } }, 0);
    await bench.configure(halfOfTheNeurons);
    const exact = await firstTokens(
      { correction: { mode: 'exact', drafter: 'sparse-self', maxDraft: 2 } },
      10_000,
    );
    for (const index of [0, 1, 2]) {
      const at = (runs: readonly number[][]): number[] => runs.map((ids) => ids[index] ?? -1);
      assert.ok(new Set(at(dense)).size > 2, 'there is something to choose from');
      const deviation = excess(at(dense), at(exact));
      assert.ok(deviation < 4, `token ${String(index)} deviates by ${String(deviation)}`);
    }
  });

  it('gives the dense tokens of the same seed when n-grams draft', async () => {
    await bench.configure(null);
    const sequence = bench.loop.sequence(0);
    let equal = 0;
    let accepted = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const common = {
        stop: { maxTokens: 16 },
        sampling: { temperature: 0.8, topP: 0.9, repeatPenalty: 1.1, seed },
      };
      const dense = await generate(sequence, prompt, common);
      const exact = await generate(sequence, prompt, {
        ...common,
        correction: { mode: 'exact', drafter: 'ngram' },
        draftSources: [[...prompt, ...idsOf(dense)]],
      });
      accepted += exact.speculation.accepted;
      if (exact.text === dense.text) equal++;
    }
    assert.ok(accepted > 0, 'no draft was ever accepted');
    // a batch rounds differently from a single step: now and then a number falls on the other side of a border
    assert.ok(equal >= 9, `${String(equal)} of 10`);
  });

  it('keeps to a grammar whatever is drafted', async () => {
    await bench.configure(halfOfTheNeurons);
    for (const correction of [
      { mode: 'exact', drafter: 'sparse-self', maxDraft: 4 },
      { mode: 'exact', drafter: 'ngram' },
      { mode: 'balanced', drafter: 'sparse-self', check: { kind: 'fixed', period: 6 } },
    ] as const) {
      const result = await generate(bench.loop.sequence(0), prompt, {
        stop: { maxTokens: 24 },
        sampling: { grammar: 'root ::= ("ab" | "cd")+' },
        correction,
        draftSources: [[...prompt, ...bench.tokenize('abxx cdyy abxx')]],
      });
      assert.match(result.text, /^(ab|cd)*[ac]?$/);
      assert.ok(result.text.length > 4);
    }
  });

  it('refuses a grammar that does not parse', () => {
    assert.throws(
      () => bench.loop.sequence(0).start(prompt, { sampling: { grammar: 'root ::= (' } }),
      /grammar does not parse/,
    );
  });
});
