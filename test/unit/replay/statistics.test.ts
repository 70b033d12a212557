import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editSimilarity, percentile } from '../../../src/cli/replay/report/statistics.js';

describe('replay statistics', () => {
  it('rate equal texts 1, foreign ones 0, and take the order of the two for nothing', () => {
    assert.equal(editSimilarity('', ''), 1);
    assert.equal(editSimilarity('abc', 'xyz'), 0);
    assert.equal(editSimilarity('kitten', 'sitting'), 1 - 3 / 7);
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const similarity = editSimilarity(a, b);
        assert.ok(similarity >= 0 && similarity <= 1);
        assert.equal(similarity, editSimilarity(b, a));
        assert.equal(similarity === 1, a === b);
      }),
    );
  });

  it('find the middle and the end of a list', () => {
    assert.equal(percentile([], 0.5), 0);
    assert.equal(percentile([3, 1, 2], 0.5), 2);
    assert.equal(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9), 10);
  });
});
