import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withContext } from '../../src/engine/native/index.js';
import { MaskedFile } from './masked-file.js';
import { defaultModelPath } from './model.js';
import { Rig, sampleCode } from './sparse-fixture.js';

/** Without its up row a neuron's hidden value act(gate) * up is zero: the masked FFN. */
async function writeMasked(
  source: string,
  target: string,
  kept: ReadonlyArray<ReadonlySet<number>>,
): Promise<void> {
  const file = await MaskedFile.copy(source, target);
  for (const [layer, neurons] of kept.entries()) {
    await file.zeroRows(`blk.${layer}.ffn_up.weight`, (row) => neurons.has(row));
  }
  await file.close();
}

describe('sparse forward against the dense model with the same neurons zeroed', function () {
  this.timeout(600_000);

  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sparse-pilot-masked-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('gives the same logits, far closer than either is to the unmasked model', async () => {
    const model = await defaultModelPath();
    const rig = await Rig.open(model);
    const tokens = rig.tokens(sampleCode);
    const dense = await rig.logits(tokens, 1);
    await rig.sparse.configure(0, { selector: 'griffin', density: 0.5 });
    await rig.logits(tokens, tokens.length);
    const layers = Array.from({ length: rig.engine.info.layers }, (_, layer) => layer);
    const kept = await withContext(rig.context, async (handle) =>
      layers.map((layer) => new Set(rig.binding.spDecision(handle, 0, layer).ids)),
    );
    const sparse = await rig.logits(tokens, 1);
    const report = await rig.sparse.report(0);
    assert.ok(Math.abs(report.density - 0.5) < 0.01, `density ${report.density}`);

    const masked = path.join(folder, 'masked.gguf');
    await writeMasked(model, masked, kept);
    const reference = await Rig.open(masked);
    const expected = await reference.logits(tokens, 1);
    const apart = rig.divergence(expected, sparse);
    const effect = rig.divergence(dense, expected);
    await reference.close();
    await rig.close();
    assert.ok(effect > 0.05, `the mask has an effect: KL ${effect}`);
    assert.ok(apart < 0.005 && apart < effect / 20, `KL ${apart} to the masked model, ${effect} of the mask`);
  });
});
