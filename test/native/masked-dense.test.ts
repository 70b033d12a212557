import assert from 'node:assert/strict';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { copyFile } from 'node:fs/promises';
import { readGgufFileInfo } from 'node-llama-cpp';
import { withContext } from '../../src/engine/native/index.js';
import { defaultModelPath } from './model.js';
import { Rig, sampleCode } from './sparse-fixture.js';

/** Bytes of a row of `width` weights, by ggml type: the block types of the default model's up projections. */
const rowBytes: Readonly<Record<number, (width: number) => number>> = {
  2: (width) => (width / 32) * 18, // Q4_0
  3: (width) => (width / 32) * 20, // Q4_1
  8: (width) => (width / 32) * 34, // Q8_0
};

/**
 * The model file with the up projection's rows of every neuron outside `kept` set to zero: their hidden value
 * act(gate) * up is then zero, so stock dense llama.cpp computes exactly what a masked FFN should.
 */
async function writeMasked(source: string, target: string, kept: ReadonlyArray<ReadonlySet<number>>): Promise<void> {
  await copyFile(source, target);
  const info = await readGgufFileInfo(source);
  const file = await open(target, 'r+');
  try {
    for (const [layer, neurons] of kept.entries()) {
      const tensor = info.fullTensorInfo?.find(({ name }) => name === `blk.${layer}.ffn_up.weight`);
      assert.ok(tensor !== undefined && tensor.filePart === 1);
      const [width, rows] = tensor.dimensions.map(Number);
      assert.ok(width !== undefined && rows !== undefined);
      const stride = rowBytes[tensor.ggmlType]?.(width);
      assert.ok(stride !== undefined, `ggml type ${tensor.ggmlType}`);
      const zeros = new Uint8Array(stride);
      for (let row = 0; row < rows; row++) {
        if (!neurons.has(row)) await file.write(zeros, 0, stride, Number(tensor.fileOffset) + row * stride);
      }
    }
  } finally {
    await file.close();
  }
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
