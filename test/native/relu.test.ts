import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addMetadata } from './added-metadata.js';
import { defaultModelPath } from './model.js';
import { Rig, sampleCode } from './sparse-fixture.js';

/** So many at the end run sparse where the loss is measured. */
const lastLayers = 4;

describe('a llama model that names ReLU as its activation', function () {
  this.timeout(600_000);

  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sparse-pilot-relu-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('runs ReLU, whose zeros are skipped without loss; without the key nothing is', async () => {
    const model = await defaultModelPath();
    const relu = path.join(folder, 'relu.gguf');
    await addMetadata(model, relu, 'llama.hidden_activation', 'relu');
    const silu = await Rig.open(model);
    const tokens = silu.tokens(sampleCode).subarray(0, 24);
    const asSilu = await silu.logits(tokens, 1);
    await silu.sparse.configure(0, { selector: 'exact-zero', density: 0.5 });
    await silu.logits(tokens, 1);
    const off = (await silu.sparse.report(0)).off;
    await silu.close();
    assert.match(off ?? '', /no exact zeros/);

    const rig = await Rig.open(relu);
    const { layers } = rig.engine.info;
    const dense = await rig.logits(tokens, 1);
    await rig.sparse.configure(0, { selector: 'exact-zero', density: 0.5 });
    await rig.logits(tokens, 1);
    const report = await rig.sparse.report(0);
    // made for SiLU, the model is chaotic with ReLU: over all layers even another rounding shows
    const denseLayers = Array.from({ length: layers - lastLayers }, (_, layer) => layer);
    await rig.sparse.configure(0, { selector: 'exact-zero', density: 0.5, denseLayers });
    const loss = rig.divergence(dense, await rig.logits(tokens, 1));
    await rig.sparse.configure(0, { selector: 'topk', density: report.density / 2, denseLayers });
    const lossOfHalf = rig.divergence(dense, await rig.logits(tokens, 1));
    const effect = rig.divergence(asSilu, dense);
    await rig.close();
    assert.ok(effect > 0.5, `ReLU is another model: KL ${effect}`);
    assert.equal(report.off, undefined);
    assert.equal(report.densityPerLayer.length, layers);
    assert.ok(report.densityPerLayer.every((density) => density > 0 && density < 0.9));
    assert.ok(report.density < 0.75, `density ${report.density}`);
    assert.ok(
      loss < 0.01 && loss < lossOfHalf / 10,
      `KL ${loss}; ${lossOfHalf} of keeping half of what is not zero`,
    );
  });
});
