import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BenchRow } from '../../../src/contract/index.js';
import { frontier, lossIn } from '../../../src/editor/panel/measure/frontier.js';

const row = (tokensPerSecond: number, kl: number, extra: Partial<BenchRow> = {}): BenchRow => ({
  selector: 'cats',
  form: 'token',
  density: 0.5,
  tokensPerSecond,
  ratio: tokensPerSecond / 40,
  ratioSpread: 0.02,
  bytesPerToken: 1,
  ceilingShare: 1,
  kl,
  top1: 1 - kl,
  perplexity: 5,
  extraMemoryBytes: 0,
  off: null,
  ...extra,
});

describe('frontier', () => {
  it('keeps what nothing beats, slowest first', () => {
    const rows = [row(60, 0.3), row(50, 0.1), row(48, 0.2), row(45, 0.05), row(58, 0.3)];
    assert.deepEqual(frontier(rows, 'kl'), [3, 1, 0]);
  });

  it('leaves out points that are off, not faster than dense, or not finite', () => {
    const rows = [row(60, 0.1, { off: 'slower' }), row(39, 0.01), row(50, NaN), row(45, 0.2)];
    assert.deepEqual(frontier(rows, 'kl'), [3]);
  });

  it('keeps one of two equal points', () => {
    assert.deepEqual(frontier([row(50, 0.1), row(50, 0.1)], 'kl'), [0]);
  });

  it('judges by the metric asked for', () => {
    const rows = [row(50, 0.1, { top1: 0.8 }), row(45, 0.2, { top1: 0.9 })];
    assert.deepEqual(frontier(rows, 'kl'), [0]);
    assert.deepEqual(frontier(rows, 'disagreement'), [1, 0]);
  });

  it('is what its definition says, for any points', () => {
    const points = fc.array(
      fc.record({ speed: fc.integer({ min: 30, max: 60 }), kl: fc.integer({ min: 0, max: 9 }) }),
      {
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(points, (drawn) => {
        const rows = drawn.map(({ speed, kl }) => row(speed, kl / 10));
        const kept = new Set(frontier(rows, 'kl'));
        rows.forEach((candidate, index) => {
          const beaten = rows.some(
            (other) =>
              other.ratio > 1 &&
              other.tokensPerSecond >= candidate.tokensPerSecond &&
              lossIn('kl', other) <= lossIn('kl', candidate) &&
              (other.tokensPerSecond > candidate.tokensPerSecond ||
                lossIn('kl', other) < lossIn('kl', candidate)),
          );
          const twinKept = [...kept].some(
            (member) =>
              rows[member]?.tokensPerSecond === candidate.tokensPerSecond &&
              rows[member]?.kl === candidate.kl,
          );
          if (kept.has(index)) assert.ok(!beaten && candidate.ratio > 1);
          else assert.ok(beaten || twinKept || candidate.ratio <= 1);
        });
      }),
    );
  });
});
