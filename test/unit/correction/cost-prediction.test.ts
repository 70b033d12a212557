import assert from 'node:assert/strict';
import {
  gpuCosts,
  measuredCosts,
  predictedRatio,
  sizesOf,
} from '../../../src/cli/bench-correction/cost-prediction.js';

describe('Predicted speed of the correction loop', () => {
  const dense = [{ sparse: 0, sparseMs: 0, dense: [0, 4], denseMs: [0, 40] }];
  const drafted = [
    { sparse: 6, sparseMs: 30, dense: [0, 1, 0, 1], denseMs: [0, 10, 0, 18] },
    { sparse: 4, sparseMs: 30, dense: [0, 1, 0, 1, 0, 0, 0, 0, 2], denseMs: [0, 10, 0, 14, 0, 0, 0, 0, 72] },
  ];

  it('takes means of what was measured, the line between neighbours, or the last per-token cost', () => {
    const costs = measuredCosts(dense, drafted, drafted);
    assert.equal(costs.verify(1), 1);
    assert.ok(Math.abs(costs.verify(2) - 1.3) < 1e-9);
    assert.ok(Math.abs(costs.verify(8) - 3.6) < 1e-9);
    assert.ok(Math.abs(costs.verify(16) - 7.2) < 1e-9);
    assert.equal(costs.sparse, 0.6);
    assert.equal(measuredCosts(dense, drafted, dense).sparse, null);
    assert.deepEqual(sizesOf(drafted), [1, 3, 8]);
  });

  it('is 1 for dense steps and tokens over cost otherwise', () => {
    const costs = measuredCosts(dense, drafted, drafted);
    assert.equal(predictedRatio(40, { sparse: 0, dense: [0, 40] }, costs), 1);
    const windows = { sparse: 70, dense: [0, 0, 0, 0, 0, 0, 0, 0, 10] };
    assert.ok(Math.abs(predictedRatio(76, windows, costs) - 76 / (70 * 0.6 + 36)) < 1e-9);
    assert.equal(predictedRatio(0, { sparse: 0, dense: [] }, costs), 1);
  });

  it('reproduces the published cost of a GPU cycle', () => {
    // dossier 8.3: n = 16, AAL 15.2, c = 0.624, v = 1.3 gives 1.43x
    const cycles = 100;
    const checks = new Array<number>(17).fill(0);
    checks[16] = cycles;
    const ratio = predictedRatio(15.2 * cycles, { sparse: 15 * cycles, dense: checks }, gpuCosts(1.3, 0.624));
    assert.ok(Math.abs(ratio - 1.43) < 0.01, String(ratio));
  });
});
