import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cachePlan } from '../../../src/engine/correction/cache-plan.js';

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const whole = (tokens: readonly number[]) => ({ tokens, exact: tokens.length });

describe('What of the KV cache a prompt uses', () => {
  it('is the common prefix, without the last prompt token', () => {
    assert.equal(cachePlan(whole(range(0, 50)), range(0, 50), false).cached, 49);
    assert.equal(cachePlan(whole(range(0, 50)), [...range(0, 20), 99, 98], false).cached, 20);
    assert.equal(cachePlan(whole([]), [1], true).cached, 0);
  });

  it('moves what follows a dropped part, where that is allowed', () => {
    const cells = whole(range(0, 200));
    const prompt = [...range(0, 10), ...range(80, 200), 500, 501];
    assert.deepEqual(cachePlan(cells, prompt, true), {
      cached: 10,
      exact: 10,
      moved: { gap: 70, count: 120 },
    });
    assert.deepEqual(cachePlan(cells, prompt, false).moved, { gap: 0, count: 0 });
  });

  it('does not move a few cells', () => {
    const prompt = [...range(0, 10), ...range(80, 100), 500, 501];
    assert.deepEqual(cachePlan(whole(range(0, 100)), prompt, true).moved, { gap: 0, count: 0 });
  });

  it('uses cells that a shift left only where a shift is allowed', () => {
    const cells = { tokens: range(0, 100), exact: 30 };
    const prompt = [...range(0, 100), 7];
    assert.deepEqual(cachePlan(cells, prompt, false), {
      cached: 30,
      exact: 30,
      moved: { gap: 0, count: 0 },
    });
    const shifted = cachePlan(cells, prompt, true);
    assert.equal(shifted.cached, 100);
    assert.equal(shifted.exact, 30);
  });

  it('never uses a cell of another token, and leaves one prompt token to evaluate', () => {
    const tokens = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 150 });
    fc.assert(
      fc.property(tokens, tokens, fc.boolean(), (cells, prompt, shift) => {
        const { cached, moved } = cachePlan(whole(cells), prompt, shift);
        assert.ok(cached + moved.count < prompt.length);
        assert.deepEqual(cells.slice(0, cached), prompt.slice(0, cached));
        const from = cached + moved.gap;
        assert.deepEqual(cells.slice(from, from + moved.count), prompt.slice(cached, cached + moved.count));
      }),
    );
  });
});
