import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeGemma3n } from './gemma3n-file.js';
import { defaultModelPath } from './model.js';
import { Rig, sampleCode } from './sparse-fixture.js';

/** The architecture's first ten layers keep about the top 5% of the gate. */
const topLayers = 10;
const layers = 11;

describe('a model of architecture gemma3n', function () {
  this.timeout(600_000);

  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sparse-pilot-gemma3n-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('skips the zeros of its top-k layers in their down projections, without loss', async () => {
    const file = path.join(folder, 'gemma3n.gguf');
    await writeGemma3n(file, await defaultModelPath(), layers);
    const rig = await Rig.open(file);
    const tokens = rig.tokens(sampleCode).subarray(0, 32);
    await rig.sparse.setPass('dense');
    const dense = await rig.logits(tokens, 1);
    await rig.sparse.setPass('sparse');
    await rig.sparse.configure(0, { selector: 'exact-zero', density: 0.5 });
    const sparse = await rig.logits(tokens, 1);
    const report = await rig.sparse.report(0);
    const { passes, skippedEnergy, bytes, denseBytes } = await rig.sparse.counters(0);
    const loss = rig.divergence(dense, sparse);
    await rig.sparse.configure(0, { selector: 'topk', density: 0.5 });
    await rig.sparse.clearCounters(0);
    await rig.logits(tokens, 1);
    const ofNeurons = await rig.sparse.report(0);
    await rig.close();
    assert.equal(report.off, undefined);
    assert.deepEqual(
      [...passes],
      Array.from({ length: layers }, (_, layer) => (layer < topLayers ? tokens.length : 0)),
    );
    assert.ok(skippedEnergy.every((energy) => energy < 1e-6));
    for (let layer = 0; layer < topLayers; layer++)
      assert.ok(
        (bytes[layer] ?? NaN) < (denseBytes[layer] ?? NaN),
        `layer ${layer} reads ${bytes[layer]} of ${denseBytes[layer]}`,
      );
    assert.ok(loss < 1e-3, `KL ${loss}`);
    assert.match(
      ofNeurons.off ?? '',
      /./u,
      'its FFN is no plain one: what selects neurons stays dense, and says so',
    );
  });
});
