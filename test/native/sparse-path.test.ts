import assert from 'node:assert/strict';
import { withContext } from '../../src/engine/native/index.js';
import { defaultModelPath } from './model.js';
import { Rig, sampleCode } from './sparse-fixture.js';

describe('sparse path on the real model', function () {
  this.timeout(600_000);

  let rig: Rig;
  let tokens: Uint32Array;
  let dense: Float32Array;

  before(async () => {
    rig = await Rig.open(await defaultModelPath());
    tokens = rig.tokens(sampleCode);
    await rig.sparse.setPass('dense');
    dense = await rig.logits(tokens, 1);
  });
  after(() => rig.close());
  beforeEach(async () => {
    await rig.sparse.setPass('sparse');
    await rig.sparse.configure(0, { selector: 'none', density: 1 });
    await rig.sparse.reset(0);
    await rig.sparse.clearCounters(0);
  });

  it('measures the density that was asked for, layer by layer, and reads fewer bytes', async () => {
    await rig.logits(tokens, tokens.length);
    let bytesBefore = Infinity;
    for (const density of [0.8, 0.5, 0.3]) {
      await rig.sparse.configure(0, { selector: 'cats', density });
      await rig.logits(tokens, 1);
      await rig.sparse.clearCounters(0);
      await rig.logits(tokens, 1);
      const report = await rig.sparse.report(0);
      assert.equal(report.off, undefined);
      assert.equal(report.densityPerLayer.length, rig.engine.info.layers);
      assert.ok(report.densityPerLayer.every((layer) => layer > 0 && layer <= 1));
      assert.ok(Math.abs(report.density - density) < 0.05, `density ${report.density} for ${density}`);
      assert.ok(report.bytesPerToken !== undefined && report.bytesPerToken > 0);
      assert.ok(report.bytesPerToken < bytesBefore, 'a lower density reads fewer bytes');
      bytesBefore = report.bytesPerToken;
    }
    assert.ok(bytesBefore < rig.engine.info.ffnBytes);
  });

  it('loses little at density 0.9, more at 0.3, and differs from dense at all', async () => {
    const losses: number[] = [];
    for (const density of [0.9, 0.3]) {
      await rig.sparse.configure(0, { selector: 'chess', density });
      await rig.logits(tokens, tokens.length);
      losses.push(rig.divergence(dense, await rig.logits(tokens, 1)));
    }
    const [little = NaN, much = NaN] = losses;
    assert.ok(little > 0 && little < 0.1, `KL ${little} at 0.9`);
    assert.ok(much > 2 * little && Number.isFinite(much), `KL ${much} at 0.3 against ${little}`);
  });

  it('evaluates prompts and verify batches densely, bit for bit', async () => {
    const before = await rig.logits(tokens, tokens.length);
    await rig.sparse.configure(0, { selector: 'griffin', density: 0.3 });
    assert.deepEqual(await rig.logits(tokens, tokens.length), before);
  });

  it('gives dense bits in a dense pass, and sparse ones again after it', async () => {
    await rig.sparse.configure(0, { selector: 'cats', density: 0.4 });
    await rig.logits(tokens, tokens.length);
    const sparse = await rig.logits(tokens, 1);
    assert.notDeepEqual(sparse, dense);
    await rig.sparse.setPass('dense');
    assert.deepEqual(await rig.logits(tokens, 1), dense);
    await rig.sparse.setPass('sparse');
    assert.notDeepEqual(await rig.logits(tokens, 1), dense);
  });

  it('keeps a layer dense when the request excludes it', async () => {
    await rig.sparse.configure(0, { selector: 'cats', density: 0.5, denseLayers: [0, 7] });
    await rig.logits(tokens, tokens.length);
    await rig.logits(tokens, 1);
    const { passes } = await rig.sparse.counters(0);
    assert.deepEqual([passes[0], passes[7]], [0, 0]);
    assert.ok((passes[1] ?? 0) > 0);
  });

  it('changes density without building a graph anew', async () => {
    const reuses = (): Promise<number> =>
      withContext(rig.context, async (handle) => rig.binding.spGraphReuses(handle));
    await rig.sparse.configure(0, { selector: 'cats', density: 0.5 });
    await rig.logits(tokens, tokens.length);
    await rig.logits(tokens, 1);
    const before = await reuses();
    const changes = 10;
    for (let i = 0; i < changes; i++) {
      await rig.sparse.configure(0, { selector: 'cats', density: 0.4 + 0.05 * (i % 5) });
      await rig.logits(tokens.subarray(0, 1), 1);
    }
    assert.equal((await reuses()) - before, changes);
  });

  it('keeps the settings of two sequences apart', async () => {
    await rig.sparse.configure(1, { selector: 'cats', density: 0.3 });
    await rig.logits(tokens, 1);
    const { passes } = await rig.sparse.counters(0);
    assert.ok(
      passes.every((count) => count === 0),
      'sequence 0 stayed dense',
    );
    assert.deepEqual(await rig.logits(tokens, 1), dense);
  });
});
