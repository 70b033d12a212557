import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  f32Entry,
  ggufHead,
  padded,
  textEntry,
  type NewTensor,
} from '../../src/engine/models/gguf/writer.js';
import { defaultModelPath } from './model.js';
import { Rig, sampleCode } from './sparse-fixture.js';

const rank = 4;
const f32 = 0;
/** Of the default model. */
const width = 576;
const hidden = 1536;
const layerCount = 30;

/** Writes a LoRA adapter of small random weights for matrices of `inputs` x `outputs`. */
async function writeAdapter(
  file: string,
  matrices: readonly { name: string; inputs: number; outputs: number }[],
): Promise<void> {
  const tensor = (name: string, row: number, rows: number): NewTensor => ({
    name,
    type: f32,
    dimensions: [row, rows],
    bytes: row * rows * 4,
  });
  const tensors = matrices.flatMap(({ name, inputs, outputs }) => [
    tensor(`${name}.weight.lora_a`, inputs, rank),
    tensor(`${name}.weight.lora_b`, rank, outputs),
  ]);
  const entries = [
    textEntry('general.type', 'adapter'),
    textEntry('general.architecture', 'llama'),
    textEntry('adapter.type', 'lora'),
    f32Entry('adapter.lora.alpha', rank),
  ];
  let seed = 1;
  const data = tensors.map(({ bytes }) => {
    const weights = Buffer.alloc(padded(bytes));
    for (let at = 0; at < bytes; at += 4) {
      seed = (seed * 16807) % 2147483647;
      weights.writeFloatLE((seed / 2147483647 - 0.5) * 0.2, at);
    }
    return weights;
  });
  await writeFile(file, Buffer.concat([ggufHead(entries, tensors), ...data]));
}

describe('a LoRA adapter', function () {
  this.timeout(600_000);

  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sparse-pilot-lora-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('on every FFN keeps the model dense, bit for bit, with the reason', async () => {
    const lora = path.join(folder, 'every.gguf');
    const layers = Array.from({ length: layerCount }, (_, layer) => layer);
    await writeAdapter(
      lora,
      layers.map((layer) => ({ name: `blk.${layer}.ffn_up`, inputs: width, outputs: hidden })),
    );
    const plain = await Rig.open(await defaultModelPath());
    const tokens = plain.tokens(sampleCode).subarray(0, 16);
    await plain.sparse.setPass('dense');
    const without = await plain.logits(tokens, 1);
    await plain.close();

    const rig = await Rig.open(await defaultModelPath(), { lora });
    await rig.sparse.setPass('dense');
    const dense = await rig.logits(tokens, 1);
    await rig.sparse.setPass('sparse');
    await rig.sparse.configure(0, { selector: 'topk', density: 0.3 });
    const sparse = await rig.logits(tokens, 1);
    const { off } = await rig.sparse.report(0);
    const effect = rig.divergence(without, dense);
    await rig.close();
    assert.ok(effect > 0.001, `the adapter changes the model: KL ${effect}`);
    assert.equal(off, 'a LoRA adapter is loaded');
    assert.deepEqual(sparse, dense);
  });

  it('on one layer keeps that layer dense, and of input-sparse linears only the one it changes', async () => {
    const lora = path.join(folder, 'one.gguf');
    await writeAdapter(lora, [
      { name: 'blk.3.ffn_down', inputs: hidden, outputs: width },
      { name: 'blk.5.attn_q', inputs: width, outputs: width },
    ]);
    const rig = await Rig.open(await defaultModelPath(), { lora });
    const tokens = rig.tokens(sampleCode).subarray(0, 8);
    await rig.sparse.setPass('sparse');
    await rig.sparse.configure(0, { selector: 'topk', density: 0.5 });
    await rig.logits(tokens, 1);
    const neurons = await rig.sparse.counters(0);
    await rig.sparse.configure(0, { selector: 'teal', density: 0.5 });
    await rig.sparse.clearCounters(0);
    await rig.logits(tokens, 1);
    const inputs = await rig.sparse.counters(0);
    await rig.close();
    assert.equal(neurons.passes[3], 0);
    assert.equal(neurons.denseReasons[3], 'a LoRA adapter is loaded');
    assert.equal(neurons.passes[5], tokens.length);
    assert.equal(neurons.denseReasons[5], null);
    for (const layer of [3, 5]) assert.equal(inputs.denseReasons[layer], 'a LoRA adapter is loaded');
    assert.equal(inputs.denseReasons[4], null);
    const [third = NaN, fourth = NaN] = [inputs.density[3], inputs.density[4]];
    assert.ok(third > fourth + 0.1, `a linear of layer 3 is dense: density ${third}, of layer 4 ${fourth}`);
  });
});
