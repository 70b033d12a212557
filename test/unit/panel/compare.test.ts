import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CompletionRequest, GenerateResult } from '../../../src/contract/index.js';
import { compare, sparsityOf, type CompareEngine } from '../../../src/editor/panel/compare/compare.js';
import { interleave, median } from '../../../src/editor/panel/compare/interleave.js';
import { diffTokens } from '../../../src/editor/panel/compare/token-diff.js';

const ids = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 20 });
const asked: CompletionRequest = {
  id: 'asked',
  path: 'a.py',
  languageId: 'python',
  prefix: 'x = ',
  suffix: '',
  context: [{ source: 'similar', path: 'b.py', text: 'x = 1', priority: 1 }],
  shape: { kind: 'block', maxLines: 5 },
  stop: { maxTokens: 40, timeBudgetMs: 900 },
  correction: { mode: 'exact', acceptThreshold: 0.2 },
};

function result(request: CompletionRequest, tokenIds: readonly number[], text: string): GenerateResult {
  const dense = request.sparsity?.selector === 'none';
  return {
    text,
    outcome: 'shown',
    stopReason: 'max-tokens',
    tokens: { prompt: 5, reused: 5, generated: tokenIds.length },
    timings: {
      loadMs: 0,
      prefillMs: 2,
      firstTokenMs: 3,
      decodeMs: dense ? 100 : 80,
      tokensPerSecond: dense ? 40 : 50,
    },
    sparsity: {
      selector: request.sparsity?.selector ?? 'none',
      density: request.sparsity?.density ?? 1,
      densityPerLayer: [],
    },
    speculation: { drafted: 0, accepted: 0, verifies: 0, rollbacks: 0 },
    model: { id: 'm', path: 'm', sha256: '', architecture: 'llama', quantisation: 'Q4_1' },
    tokenIds,
  };
}

describe('compare', () => {
  it('splits each side into runs that join to the side, equal where not marked', () => {
    fc.assert(
      fc.property(ids, ids, (left, right) => {
        const diff = diffTokens(left, right);
        assert.deepEqual(
          diff.left.flatMap((run) => run.ids),
          left,
        );
        assert.deepEqual(
          diff.right.flatMap((run) => run.ids),
          right,
        );
        const same = (side: typeof diff.left) => side.filter((run) => !run.differs).flatMap((run) => run.ids);
        assert.deepEqual(same(diff.left), same(diff.right));
      }),
    );
  });

  it('marks nothing when both sides are equal', () => {
    assert.deepEqual(diffTokens([1, 2], [1, 2]).left, [{ ids: [1, 2], differs: false }]);
  });

  it('asks in turns, swapping who goes first, and leaves the first round out', async () => {
    const order: string[] = [];
    const rounds: number[] = [];
    const results = await interleave(
      (side) => {
        order.push(side);
        return Promise.resolve(order.length);
      },
      3,
      (done) => rounds.push(done),
    );
    assert.equal(order.join(' '), 'left right right left left right right left');
    assert.deepEqual(results, { left: [4, 5, 8], right: [3, 6, 7] });
    assert.deepEqual(rounds, [1, 2, 3, 4]);
  });

  it('takes the middle value', () => {
    assert.deepEqual([median([3, 1, 2]), median([4, 1, 2, 3]), median([])], [2, 2, NaN]);
  });

  it('runs dense without a selector and automatic with the best one measured', () => {
    const selectors = [
      { selector: 'cats', available: true, measuredRatio: 1.1 },
      { selector: 'griffin', available: true, measuredRatio: 1.3 },
    ] as const;
    assert.deepEqual(sparsityOf({ mode: 'dense', selector: 'cats', density: 0.5 }, selectors), {
      selector: 'none',
      density: 1,
    });
    assert.equal(sparsityOf({ mode: 'fast', selector: 'auto', density: 0.5 }, selectors).selector, 'griffin');
  });

  it('completes the same place in both settings and marks what differs', async () => {
    const seen: CompletionRequest[] = [];
    const words = new Map([
      [1, 'a'],
      [2, ' + b'],
      [3, ' - c'],
      [4, ';more'],
    ]);
    const engine: CompareEngine = {
      complete: (request) => {
        seen.push(request);
        const dense = request.sparsity?.selector === 'none';
        return Promise.resolve(
          dense ? result(request, [1, 2, 4], 'a + b;') : result(request, [1, 3], 'a - c'),
        );
      },
      detokenize: (tokens) => Promise.resolve(tokens.map((id) => words.get(id) ?? '').join('')),
    };
    const order = {
      request: asked,
      line: 3,
      left: { mode: 'dense', selector: 'auto', density: 1 },
      right: { mode: 'fast', selector: 'griffin', density: 0.5 },
      selectors: [],
    } as const;
    const comparison = await compare(engine, order, new AbortController().signal, () => undefined);
    assert.deepEqual(comparison.left.pieces, [
      { text: 'a', differs: false },
      { text: ' + b;', differs: true },
    ]);
    assert.deepEqual(comparison.right.pieces, [
      { text: 'a', differs: false },
      { text: ' - c', differs: true },
    ]);
    assert.deepEqual([comparison.left.totalMs, comparison.right.totalMs, comparison.line], [102, 82, 3]);
    assert.equal(new Set(seen.map(({ id }) => id)).size, 8, 'every request has its own id');
    assert.deepEqual(new Set(seen.map(({ correction }) => correction?.mode)), new Set(['dense', 'fast']));
    for (const { context, shape, stop, correction, sampling } of seen) {
      assert.deepEqual({ context, shape }, { context: asked.context, shape: asked.shape });
      assert.deepEqual(stop, { maxTokens: 40 });
      assert.deepEqual([correction?.acceptThreshold, sampling?.temperature], [0.2, 0]);
    }
  });
});
